/** Threads that compute yield to the event loops of the server's processes. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { after, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { childrenOf } from '../support/child-processes.ts'
import { startServe, until } from '../support/serve-process.ts'

const skip = process.platform !== 'linux' && 'Threads have priorities of their own on Linux alone.'

/** The priorities of a process's threads of this name. */
const priorities = (pid: number, name: string): number[] =>
  readdirSync(`/proc/${pid}/task`)
    .filter((thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim() === name)
    .map((thread) => getPriority(Number(thread)))

test('in each process hashes and signatures yield to the event loop, and SRP to both', { skip }, async () => {
  const server = await startServe({ POOLHOUSE_WORKERS: '2' })
  after(server.dispose)
  await server.logged('poolhouse is listening')
  const cognito = new CognitoIdentityProvider({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret-key' },
  })
  after(() => cognito.destroy())
  const { UserPool } = await cognito.createUserPool({ PoolName: 'priorities' })
  // One of the workers computes the SRP verifier of the password.
  const password = 'Correct-horse-1'
  await cognito.adminCreateUser({ UserPoolId: UserPool!.Id, Username: 'user', TemporaryPassword: password })
  const own = getPriority()
  const workers = childrenOf(server.pid)
  assert.equal(workers.length, 2)
  for (const worker of workers) {
    const pool = await until('threads that yield', async () => {
      const found = priorities(worker, 'libuv-worker')
      return found.length > 0 && found.every((priority) => priority > own) ? found : undefined
    })
    assert.ok(pool.length >= 3, `${pool.length} threads`)
    assert.deepEqual(new Set(pool), new Set([Math.min(19, own + 5)]))
    assert.equal(getPriority(worker), own)
  }
  assert.deepEqual(new Set(workers.flatMap((worker) => priorities(worker, 'srp'))), new Set([Math.min(19, own + 10)]))
})

test('a thread yields from the priority that it has, and never beyond the lowest', { skip }, async () => {
  const source = `
    import { parentPort } from 'node:worker_threads'
    import { getPriority } from 'node:os'
    import { yieldBy } from ${JSON.stringify(new URL('../../src/lib/thread-priority.ts', import.meta.url).href)}
    const seen = []
    for (const steps of [2, 3, 30]) {
      yieldBy(steps)
      seen.push(getPriority())
    }
    parentPort.postMessage(seen)`
  const own = getPriority()
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`))
  const { promise, resolve, reject } = Promise.withResolvers<number[]>()
  worker.once('message', resolve).once('error', reject)
  assert.deepEqual(await promise, [own + 2, own + 5, 19])
  assert.equal(getPriority(), own)
})
