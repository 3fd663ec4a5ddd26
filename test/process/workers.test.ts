import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { Agent, get, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { childrenOf } from '../support/child-processes.ts'
import { createTestDatabase } from '../support/database.ts'
import { serveSettings, startServe, until } from '../support/serve-process.ts'

const server = await startServe({ POOLHOUSE_WORKERS: '2', POOLHOUSE_LOG_LEVEL: 'info' })
after(server.dispose)

const twoWorkers = (besides: number[] = []) =>
  until('two workers', async () => {
    const workers = childrenOf(server.pid).filter((pid) => !besides.includes(pid))
    return workers.length === 2 ? workers : undefined
  })

/** Keeps asking on new connections and kept ones until it is told to stop; how each request went. */
function traffic(url: string) {
  const counts = { answered: 0, failed: [] as string[] }
  let stopped = false
  const ask = (agent: Agent) =>
    new Promise<void>((resolve) => {
      get(`${url}/health/live`, { agent }, (res: IncomingMessage) => {
        res.resume()
        res.on('end', () => {
          counts.answered++
          resolve()
        })
      }).on('error', (error) => {
        counts.failed.push(String(error))
        resolve()
      })
    })
  const clients = [true, true, false].map(async (keepAlive) => {
    const agent = new Agent({ keepAlive, maxSockets: 1 })
    while (!stopped) await ask(agent)
    agent.destroy()
  })
  return {
    async stop() {
      stopped = true
      await Promise.all(clients)
      return counts
    },
  }
}

test('there is a worker for each that the setting asks for', async () => {
  const workers = await twoWorkers()
  const { workers: said } = await server.logged('poolhouse is listening')
  assert.equal(said, 2)
  assert.equal(workers.length, 2)
})

test('connections that come as soon as it is ready are for all workers', async () => {
  const fresh = await startServe({ POOLHOUSE_WORKERS: '2' })
  const agent = new Agent({ keepAlive: true })
  try {
    const workers = childrenOf(fresh.pid)
    const before = connectionsOf(workers, fresh.url)
    await Promise.all(Array.from({ length: 16 }, () => once(get(`${fresh.url}/health/live`, { agent }), 'response')))
    const taken = connectionsOf(workers, fresh.url).map((count, index) => count - before[index]!)
    assert.equal(taken[0]! + taken[1]!, 16)
    assert.ok(Math.min(...taken) >= 5, taken.join(' and '))
  } finally {
    agent.destroy()
    await fresh.dispose()
  }
})

/** How many connections to the server each of the processes has. */
function connectionsOf(pids: number[], url: string): number[] {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n')
  const columns = rows.map((row) => row.trim().split(/\s+/))
  const sockets = columns.filter(([, local]) => local?.endsWith(`:${port}`)).map((row) => `socket:[${row[9]}]`)
  return pids.map((pid) => {
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    return open.filter((file) => sockets.includes(file)).length
  })
}

test('an idle connection is kept for longer than proxies keep theirs, and answers say so', async () => {
  const answer = await fetch(`${server.url}/health/live`)
  assert.equal(answer.headers.get('keep-alive'), 'timeout=620')
})

test('the metrics of any worker are those of all', async () => {
  const call = (name: string) =>
    fetch(server.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${name}`,
        connection: 'close',
      },
      body: '{}',
    }).then((answer) => answer.text())
  for (let i = 0; i < 10; i++) await call('GetUser')
  const countedBy = async () => {
    const text = await (await fetch(`${server.url}/metrics`, { headers: { connection: 'close' } })).text()
    const lines = text.split('\n').filter((line) => line.startsWith('poolhouse_api_answers_total{operation="GetUser"'))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
  for (let i = 0; i < 4; i++) assert.equal(await countedBy(), 10)
})

test('figures of single workers are added up, and figures of the installation are not', async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const figure = (line: string) => Number(new RegExp(`^${line} (\\S+)$`, 'm').exec(text)?.[1])
  // Each has at least the one that reads the outbox.
  const connections = ['idle', 'in use'].map((state) => figure(`poolhouse_database_connections{state="${state}"}`))
  assert.ok(connections[0]! + connections[1]! >= 2, `${connections}`)
  assert.equal(figure('poolhouse_outbox_waiting'), 0)
  assert.ok(Number.isFinite(figure('poolhouse_signing_key_age_seconds')))
  for (const metric of ['queue_waiting', 'queue_age_seconds', 'queue_refusals_total'])
    assert.equal(figure(`poolhouse_${metric}{queue="password-hashes"}`), 0)
})

test('a worker that is killed is replaced, and the others serve meanwhile', async () => {
  const before = await twoWorkers()
  process.kill(before[0]!, 'SIGKILL')
  const { pid, signal } = await server.logged('a worker died and is replaced')
  assert.deepEqual([pid, signal], [before[0], 'SIGKILL'])
  assert.equal((await fetch(`${server.url}/health`)).status, 200)
  await server.logged('a worker took the place of one that died')
  const now = await twoWorkers()
  assert.ok(now.includes(before[1]!))
})

test('a worker that dies while it starts is started again, and the server goes on', async () => {
  const starting = await startServe({ POOLHOUSE_WORKERS: '2' })
  try {
    const second = await until('a second worker', async () => {
      const workers = childrenOf(starting.pid)
      return workers.length === 2 ? Math.max(...workers) : undefined
    })
    process.kill(second, 'SIGKILL')
    await until('another in its place', async () => {
      const workers = childrenOf(starting.pid)
      return (workers.length === 2 && !workers.includes(second)) || undefined
    })
    assert.equal((await fetch(`${starting.url}/health`)).status, 200)
  } finally {
    await starting.dispose()
  }
})

test('a worker that lives but no longer answers is killed and replaced', async () => {
  const watched = await startServe({
    POOLHOUSE_WORKERS: '2',
    POOLHOUSE_WORKER_TIMEOUT: '3',
    POOLHOUSE_LOG_LEVEL: 'info',
  })
  try {
    await watched.logged('poolhouse is listening')
    const [stopped] = childrenOf(watched.pid)
    process.kill(stopped!, 'SIGSTOP')
    const { pid, seconds } = await watched.logged('a worker does not answer and is killed')
    assert.deepEqual([pid, seconds], [stopped, 3])
    await watched.logged('a worker took the place of one that died')
    assert.equal((await fetch(`${watched.url}/health`)).status, 200)
    assert.equal(childrenOf(watched.pid).length, 2)
  } finally {
    await watched.dispose()
  }
})

test('SIGHUP replaces every worker under load without a request that fails', async () => {
  const before = await twoWorkers()
  const load = traffic(server.url)
  server.signal('SIGHUP')
  await server.logged('every worker has been replaced')
  const { answered, failed } = await load.stop()
  assert.deepEqual(failed, [])
  assert.ok(answered > 50, `${answered}`)
  const now = await twoWorkers(before)
  assert.equal(now.filter((pid) => before.includes(pid)).length, 0)
})

test('SIGTERM ends every process in good order, also twice', async () => {
  const workers = await twoWorkers()
  server.signal('SIGTERM')
  server.signal('SIGTERM')
  assert.deepEqual(await server.exited.then(({ code, signal }) => ({ code, signal })), { code: 0, signal: null })
  for (const pid of workers) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

test('a log that can’t be written stops nothing', async () => {
  const full = await startServe(
    { POOLHOUSE_WORKERS: '1', POOLHOUSE_LOG_LEVEL: 'debug' },
    { stdout: openSync('/dev/full', 'w') },
  )
  try {
    for (let i = 0; i < 20; i++) {
      const begun = performance.now()
      assert.equal((await fetch(`${full.url}/health`)).status, 200)
      assert.ok(performance.now() - begun < 2000)
    }
    full.signal('SIGTERM')
    assert.equal((await full.exited).code, 0)
  } finally {
    await full.dispose()
  }
})

test('a taken port ends the start with a sentence, whatever the number of workers', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const database = await createTestDatabase()
  const { port } = taken.address() as { port: number }
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  for (const POOLHOUSE_WORKERS of ['1', '2']) {
    const { status, stderr } = spawnSync(process.execPath, [main, 'serve'], {
      env: { PATH: process.env.PATH, ...serveSettings(database.connection, port), POOLHOUSE_WORKERS },
      encoding: 'utf8',
      timeout: 60_000,
    })
    assert.equal(status, 1)
    assert.match(stderr, /EADDRINUSE/)
    assert.doesNotMatch(stderr, /\n\s+at /)
  }
  await database.drop()
  taken.close()
})
