// What Testcontainers asks of Docker, without Docker: a container is a process of this machine, with a folder in the
// place of its file system and a port of this machine in the place of a mapped one.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

interface Container {
  id: string
  root: string
  config: { Image: string; Env?: string[]; Entrypoint?: string[]; Cmd?: string[]; Labels?: Record<string, string> }
  bindings: Record<string, unknown>
  port: number
  startedAt: Date
  process?: ChildProcess
  log: { time: number; text: Buffer }[]
  followers: Set<ServerResponse>
}

interface Image {
  name: string
  /** The folder in which its commands run. */
  workingFolder: string
}

export async function startFakeDocker(image: Image) {
  const folder = mkdtempSync(join(tmpdir(), 'fake-docker-'))
  const socketPath = join(folder, 'docker.sock')
  const containers = new Map<string, Container>()

  function create(config: Container['config'] & { HostConfig: { PortBindings: Record<string, unknown> } }) {
    const id = randomBytes(32).toString('hex')
    const root = join(folder, id.slice(0, 12))
    for (const name of ['data', 'tmp']) mkdirSync(join(root, name), { recursive: true })
    const bindings = config.HostConfig.PortBindings
    const container = { id, root, config, bindings, port: 0, startedAt: new Date(0), log: [], followers: new Set() }
    containers.set(id, container as unknown as Container)
    return id
  }

  async function start(container: Container) {
    // Docker chooses the port of each start anew.
    container.port = await freePort()
    container.startedAt = new Date()
    const inside = (text: string) => text.replaceAll(/(?<![\w.])\/(data|tmp)\b/g, `${container.root}/$1`)
    const [program = '', ...args] = [...(container.config.Entrypoint ?? []), ...(container.config.Cmd ?? [])].map(
      inside,
    )
    const env = Object.fromEntries((container.config.Env ?? []).map((line) => inside(line).split(/=(.*)/s).slice(0, 2)))
    const child = spawn(program, args, {
      cwd: image.workingFolder,
      env: {
        PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
        POOLHOUSE_DATA_DIR: join(container.root, 'data'),
        ...env,
        POOLHOUSE_PORT: String(container.port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    container.process = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        container.log.push({ time: Date.now() / 1000, text })
        for (const follower of container.followers) follower.write(frame(text))
      })
    child.once('close', () => {
      for (const follower of container.followers) follower.end()
    })
  }

  async function stop({ process: child }: Container, seconds: number) {
    if (!child || !isRunning(child)) return
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    const kill = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), seconds * 1000)
    await closed
    clearTimeout(kill)
  }

  function inspect({ id, config, bindings, port, startedAt, process: child }: Container) {
    const running = child !== undefined && isRunning(child)
    const ports = running
      ? Object.keys(bindings).map((name) => [name, [{ HostIp: '0.0.0.0', HostPort: `${port}` }]])
      : []
    return {
      Id: id,
      Name: `/${id.slice(0, 12)}`,
      Config: { Hostname: id.slice(0, 12), Image: config.Image, Labels: config.Labels ?? {} },
      HostConfig: { PortBindings: bindings },
      State: {
        Status: running ? 'running' : child ? 'exited' : 'created',
        Running: running,
        StartedAt: startedAt.toISOString(),
        FinishedAt: '0001-01-01T00:00:00Z',
      },
      NetworkSettings: { Ports: Object.fromEntries(ports), Networks: {} },
    }
  }

  function sendLog(container: Container, query: URLSearchParams, response: ServerResponse) {
    response.writeHead(200, { 'Content-Type': 'application/vnd.docker.raw-stream' })
    response.flushHeaders()
    const since = Number(query.get('since'))
    for (const { time, text } of container.log) if (time >= since) response.write(frame(text))
    if (!container.process || !isRunning(container.process)) return response.end()
    container.followers.add(response)
    response.once('close', () => container.followers.delete(response))
  }

  type Call = (call: {
    name: string
    query: URLSearchParams
    request: IncomingMessage
    response: ServerResponse
  }) => unknown

  const calls: Record<string, Call> = {
    'GET info': ({ response }) =>
      send(response, 200, { OperatingSystem: 'none', Name: 'fake', ServerVersion: '28.0.0' }),
    // Asked where the tests run in a container themselves.
    'GET networks': ({ response }) => send(response, 200, { IPAM: { Config: [{ Gateway: '127.0.0.1' }] } }),
    'GET images json': ({ name, response }) =>
      name === image.name
        ? send(response, 200, { Id: 'sha256:1', Config: {} })
        : send(response, 404, { message: `No such image: ${name}` }),
    'POST images': ({ query, response }) =>
      send(response, 404, { message: `pull access denied for ${query.get('fromImage')}` }),
    'GET containers': ({ response }) => send(response, 200, []),
    'POST containers': async ({ request, response }) => {
      send(response, 201, { Id: create(JSON.parse(await text(request))) })
    },
    'GET containers json': ({ name, response }) => send(response, 200, inspect(containerOf(name))),
    'GET containers logs': ({ name, query, response }) => sendLog(containerOf(name), query, response),
    'PUT containers archive': async ({ name, query, request, response }) => {
      await extract(request, join(containerOf(name).root, query.get('path')!))
      send(response, 200)
    },
    'POST containers start': async ({ name, response }) => {
      await start(containerOf(name))
      send(response, 204)
    },
    'POST containers stop': async ({ name, query, response }) => {
      await stop(containerOf(name), Number(query.get('t')))
      send(response, 204)
    },
    'POST containers restart': async ({ name, query, response }) => {
      await stop(containerOf(name), Number(query.get('t')))
      await start(containerOf(name))
      send(response, 204)
    },
    'DELETE containers': ({ name, response }) => {
      rmSync(containerOf(name).root, { recursive: true, force: true })
      containers.delete(name)
      send(response, 204)
    },
  }

  function containerOf(name: string): Container {
    const container = containers.get(name)
    if (!container) throw new Error(`No such container: ${name}`)
    return container
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url!, 'http://docker')
    // The name of an image may have slashes.
    const [, kind, name = '', action] =
      /^\/(\w+)(?:\/(.+?))?(?:\/(json|start|stop|restart|logs|archive))?$/.exec(decodeURIComponent(pathname)) ?? []
    const call = [request.method, kind, action].filter(Boolean).join(' ')
    if (!calls[call]) send(response, 501, { message: `${call} is not imitated` })
    else await calls[call]({ name, query, request, response })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => send(response, 500, { message: error.message }))
  })
  server.listen(socketPath)
  await once(server, 'listening')
  return {
    /** The value of DOCKER_HOST. */
    host: `unix://${socketPath}`,
    get running() {
      return [...containers.values()].filter(({ process: child }) => child && isRunning(child)).length
    },
    async close() {
      for (const container of containers.values()) await stop(container, 0)
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null

function send(response: ServerResponse, status: number, body?: unknown) {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

async function extract(archive: IncomingMessage, folder: string): Promise<void> {
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'inherit', 'inherit'] })
  archive.pipe(tar.stdin)
  const [status] = await once(tar, 'close')
  if (status !== 0) throw new Error(`tar ended with ${status}`)
}

/** A piece of standard output as Docker sends it. */
function frame(text: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header[0] = 1
  header.writeUInt32BE(text.length, 4)
  return Buffer.concat([header, text])
}

async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address() as { port: number }
  socket.close()
  return port
}
