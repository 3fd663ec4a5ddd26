/** Workers come and go under clients that make a new connection for each request. */
import assert from 'node:assert/strict'
import { get } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { childrenOf } from '../support/child-processes.ts'
import { startServe, until } from '../support/serve-process.ts'

const server = await startServe({ POOLHOUSE_WORKERS: '2', POOLHOUSE_LOG_LEVEL: 'info' })
after(server.dispose)
await server.logged('poolhouse is listening')

/** The answer's status, or the code of the error. */
const ask = () =>
  new Promise<string>((resolve) => {
    get(`${server.url}/health/live`, { agent: false }, (res) => {
      res.resume()
      res.on('end', () => resolve(String(res.statusCode)))
      res.on('error', ({ message }) => resolve(message))
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })

/** Clients that ask again as soon as they are answered; `stop` says how often there was which outcome. */
function traffic(clients = 16) {
  const outcomes: Record<string, number> = {}
  let stopped = false
  const ended = Array.from({ length: clients }, async () => {
    while (!stopped) {
      const outcome = await ask()
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      // Where nobody listens any more.
      if (outcome === 'ECONNREFUSED') return
    }
  })
  return {
    outcomes,
    async stop() {
      stopped = true
      await Promise.all(ended)
      return outcomes
    },
  }
}

const workers = () =>
  until('two workers', async () => {
    const pids = childrenOf(server.pid)
    return pids.length === 2 ? pids : undefined
  })

const replaced = async (before: number) =>
  until('a worker in its place', async () => {
    const lines = server.log().filter(({ msg }) => msg === 'a worker took the place of one that died')
    return lines.length > before || undefined
  })

const replacements = () => server.log().filter(({ msg }) => msg === 'a worker took the place of one that died').length

test('a rolling restart, and then a worker told to end, cost none of many fresh connections', async () => {
  const load = traffic()
  server.signal('SIGHUP')
  await server.logged('every worker has been replaced')
  const before = replacements()
  process.kill((await workers())[0]!, 'SIGTERM')
  await replaced(before)
  const { 200: answered, ...others } = await load.stop()
  assert.deepEqual(others, {})
  assert.ok(answered! > 100, `${answered}`)
})

test('while all workers are dead, a connection waits for the one that takes their place', async () => {
  const before = replacements()
  for (const pid of await workers()) process.kill(pid, 'SIGKILL')
  await until('the end of both', async () => childrenOf(server.pid).length === 0 || undefined)
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ['200', '200', '200'])
  await replaced(before + 1)
})

test('a connection that was given to a stopped worker is answered by another once that one is dead', async () => {
  const before = replacements()
  const [stopped] = await workers()
  process.kill(stopped!, 'SIGSTOP')
  // They are given to the workers in turn, so one of the first two to the stopped one.
  const answers = [ask(), ask(), ask(), ask()]
  await Promise.any(answers)
  process.kill(stopped!, 'SIGKILL')
  assert.deepEqual(await Promise.all(answers), ['200', '200', '200', '200'])
  await replaced(before)
})

test('connections come to the workers in turn, and a worker that is behind holds only a few of them', async () => {
  const [stopped] = await workers()
  process.kill(stopped!, 'SIGSTOP')
  let answered = 0
  const answers = Array.from({ length: 40 }, async () => {
    assert.equal(await ask(), '200')
    answered++
  })
  try {
    await until('the answers of the other', async () => answered >= 32 || undefined)
    await setTimeout(200)
    assert.equal(answered, 32)
  } finally {
    process.kill(stopped!, 'SIGCONT')
  }
  await Promise.all(answers)
})

test('a client that ends its side of the connection after its request gets the whole answer', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.end('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1.1 200 OK\r\n.*\r\n\r\n./s)
})

test('SIGTERM of the whole server answers what it accepted and refuses the rest', async () => {
  const load = traffic()
  await until('some answers', async () => (load.outcomes[200] ?? 0) > 100 || undefined)
  server.signal('SIGTERM')
  assert.equal((await server.exited).code, 0)
  const { 200: answered, ECONNREFUSED: refused, ...others } = await load.stop()
  assert.deepEqual(others, {})
  assert.ok(answered! > 100 && refused === 16, `${answered} answered, ${refused} refused`)
})
