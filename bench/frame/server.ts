import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause } from './load.ts'

const repository = new URL('../../', import.meta.url).pathname

/** The published build. In a clone bin/poolhouse.js would run the sources, which start slower and use more memory. */
export const program = join(repository, 'dist/src/main.js')

export interface RunningServer {
  pid: number
  port: number
  dataDir: string
  /** The client of the pool created on first start, as printed. */
  demo: { clientId: string; username: string; password: string }
  /** Milliseconds from the start of the process until it reported that it is ready. */
  readyAfter: number
  stop(): Promise<void>
}

export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-bench-'))
  // As root, the database runs as another user, who needs access.
  chmodSync(folder, 0o711)
  return folder
}

export const removeDataDir = (dataDir: string): void => rmSync(dataDir, { recursive: true, force: true })

/** `poolhouse dev` in its own process. */
export async function startServer(
  dataDir: string,
  nodeOptions: string[] = [],
  settings: Record<string, string> = {},
): Promise<RunningServer> {
  const port = await freePort()
  const started = performance.now()
  const child = spawn(process.execPath, [...nodeOptions, program, 'dev'], {
    cwd: repository,
    env: {
      PATH: process.env.PATH,
      POOLHOUSE_PORT: String(port),
      POOLHOUSE_DATA_DIR: dataDir,
      POOLHOUSE_LOG_LEVEL: 'error',
      NODE_ENV: 'production',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  endWithUs(child)
  const output = await printed(child, /password +(\S+)/)
  return {
    pid: child.pid!,
    port,
    dataDir,
    readyAfter: performance.now() - started,
    demo: {
      clientId: /client_id=(\w+)/.exec(output)![1]!,
      username: /user +(\S+)/.exec(output)![1]!,
      password: /password +(\S+)/.exec(output)![1]!,
    },
    stop: () => stop(child),
  }
}

const running = new Set<ChildProcess>()

/** No process outlives the benchmark, however it ends. */
export function endWithUs(child: ChildProcess): void {
  if (running.size === 0) {
    process.once('exit', () => running.forEach((each) => void each.kill('SIGTERM')))
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  }
  running.add(child)
  child.once('exit', () => running.delete(child))
}

/** The output of a child up to the point where it contains this. */
export function printed(child: ChildProcess, awaited: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (awaited.test(output)) resolve(output)
    })
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}:\n${output}`)))
    child.once('error', reject)
  })
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([ended, pause(15_000)])
  child.kill('SIGKILL')
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
