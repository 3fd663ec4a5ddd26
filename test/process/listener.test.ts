import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, get as getOverTls } from 'node:https'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificate } from '../../src/dev/certificate.ts'
import { type Listener, listen } from '../../src/listener.ts'

const open = (handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<Listener> =>
  listen(createServer(handle), 0, '127.0.0.1')

async function ask(port: number, agent: Agent): Promise<{ status?: number; connection?: string; body: string }> {
  const [res] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of res) body += chunk
  return { status: res.statusCode, connection: res.headers.connection, body }
}

test('a request under way is answered to its end, and its answer ends the connection', async () => {
  const begun = Promise.withResolvers<void>()
  const { port, close } = await open(async (_, res) => {
    begun.resolve()
    await sleep(150)
    res.end('whole')
  })
  const answer = ask(port, new Agent({ keepAlive: true }))
  await begun.promise
  const closed = close({ idleGrace: 1000 })
  assert.deepEqual(await answer, { status: 200, connection: 'close', body: 'whole' })
  await closed
})

test('the next request on an idle connection is answered after the signal, and no new connection is taken', async () => {
  const { port, close } = await open((_, res) => res.end('ok'))
  const agent = new Agent({ keepAlive: true })
  assert.equal((await ask(port, agent)).connection, 'keep-alive')
  const closed = close({ idleGrace: 1000 })
  assert.deepEqual(await ask(port, agent), { status: 200, connection: 'close', body: 'ok' })
  await closed
  await assert.rejects(ask(port, agent), { code: 'ECONNREFUSED' })
})

test('while it still accepts, new connections are answered and ended', async () => {
  const { port, close } = await open((_, res) => res.end('ok'))
  const closed = close({ acceptFor: 200 })
  assert.equal((await ask(port, new Agent({ keepAlive: true }))).connection, 'close')
  await closed
})

test('of busy clients no request is cut', async () => {
  const { port, close } = await open(async (_, res) => {
    await sleep(5)
    res.end('x'.repeat(10_000))
  })
  const counts = { whole: 0, refused: 0, cut: 0 }
  let stopped = false
  const connected = new Set<number>()
  const clients = Array.from({ length: 20 }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!stopped) {
      try {
        const { body } = await ask(port, agent)
        counts[body.length === 10_000 ? 'whole' : 'cut']++
        connected.add(client)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') {
          counts.refused++
          return
        }
        counts.cut++
      }
    }
  })
  // A connection that waits in the system's queue has no request yet.
  while (connected.size < clients.length || counts.whole < 100) await sleep(10)
  await close({ idleGrace: 1000 })
  await sleep(50)
  stopped = true
  await Promise.all(clients)
  assert.equal(counts.cut, 0, JSON.stringify(counts))
})

test('where connections never stop coming, it stops listening all the same', async () => {
  const { port, close } = await open((_, res) => res.end('ok'))
  let refused = false
  const coming = setInterval(() => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      refused ||= code === 'ECONNREFUSED'
      if (refused) clearInterval(coming)
    })
    socket.on('connect', () => socket.destroy())
  }, 2)
  await sleep(50)
  assert.equal(refused, false)
  const begun = performance.now()
  await close()
  const took = performance.now() - begun
  assert.ok(took < 3000, `${took} ms`)
  while (!refused) await sleep(5)
})

test('a client that never finishes its request is cut off at the deadline', async () => {
  const { port, close } = await open((_, res) => res.end('ok'))
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
  await sleep(50)
  const begun = performance.now()
  await close({ deadline: 300 })
  const took = performance.now() - begun
  assert.ok(took >= 250 && took < 3000, `${took} ms`)
})

async function openOverTls(): Promise<Listener & { authority: string }> {
  const { pem, authority } = await makeCertificate(['localhost'], new Date())
  const server = createTlsServer({ key: pem, cert: pem }, (_, res) => res.end('ok'))
  return { ...(await listen(server, 0, '127.0.0.1')), authority }
}

test('over TLS, a client that goes away during the handshake is not waited for', async () => {
  const { port, authority, close } = await openOverTls()
  const ask = (ca?: string) => once(getOverTls({ port, host: 'localhost', family: 4, ca, agent: false }), 'response')
  const [res] = (await ask(authority)) as [IncomingMessage]
  assert.equal(res.statusCode, 200)
  res.resume()
  await assert.rejects(ask(), /certificate/)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
  const begun = performance.now()
  await close({ deadline: 60_000 })
  const took = performance.now() - begun
  assert.ok(took < 3000, `${took} ms`)
})

test('over TLS, a client that never finishes the handshake is cut off at the deadline', async () => {
  const { port, close } = await openOverTls()
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await once(socket, 'connect')
  await sleep(50)
  const begun = performance.now()
  await close({ deadline: 300 })
  const took = performance.now() - begun
  assert.ok(took >= 250 && took < 3000, `${took} ms`)
})
