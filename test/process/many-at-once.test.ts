/** What one address sends at once, and the others. */
import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startServe } from '../support/serve-process.ts'

const server = await startServe({ POOLHOUSE_WORKERS: '1', POOLHOUSE_TRUST_PROXY: '1' })
after(server.dispose)
await server.logged('poolhouse is listening')

const agent = new Agent({ keepAlive: true })
after(() => agent.destroy())

const call = JSON.stringify({ AccessToken: 'none' })
const callHeaders = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser',
}

/** GetUser with a token that is none, which is refused without the database; or another request, by its path. */
const send = (address: string, path?: string) =>
  new Promise<number>((resolve, reject) => {
    const headers = { 'x-forwarded-for': address, ...(path ? {} : callHeaders) }
    const options = { agent, method: path ? 'GET' : 'POST', headers }
    request(`${server.url}${path ?? '/'}`, options, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode!))
    })
      .on('error', reject)
      .end(path ? undefined : call)
  })

test('hundreds of calls of one address hold up neither others nor health checks of the same address', async () => {
  const flood = 300
  await Promise.all(Array.from({ length: flood + 2 }, () => send('192.0.2.7', '/health/live')))
  // All connections are open. The server finds all requests at once when it goes on, those of the flood first.
  server.signal('SIGSTOP')
  let answered = 0
  const before = async (request: Promise<number>) => {
    const status = await request
    return { status, answered }
  }
  const calls = Array.from({ length: flood }, () => send('192.0.2.8').then(() => answered++))
  const health = before(send('192.0.2.8', '/health'))
  const other = before(send('192.0.2.9'))
  await setTimeout(500)
  server.signal('SIGCONT')

  assert.equal((await health).status, 200)
  assert.equal((await other).status, 400)
  assert.ok((await health).answered < flood / 2, `${(await health).answered} were answered before the health check`)
  assert.ok((await other).answered < flood / 2, `${(await other).answered} were answered before another address`)
  await Promise.all(calls)
})
