import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Db } from '../../src/context.ts'
import { type CallerLimits, createCallerLimits } from '../../src/lib/caller-limits.ts'
import { shareCallerLimits } from '../../src/shared-caller-limits.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const callerRates = { address: 20, pool: 1000, client: 1000 }
let database: TestDatabase
let nodes: TestServer[]
before(async () => {
  database = await createTestDatabase()
  const start = () =>
    startTestServer(
      { callerRates, callerLimitsShared: true },
      { connection: database.connection, masterKey, jobs: false },
    )
  nodes = [await start(), await start()]
})
after(async () => {
  for (const node of nodes) await node.close()
  await database.drop()
})
const masterKey = Buffer.alloc(32, 3)

/** Two processes that tell each other when the test says so; their own time stands still. */
function twoProcesses() {
  const processes = nodes.map(({ ctx }) => {
    const limits = createCallerLimits({ address: 10, pool: 10, client: 10 }, () => 0)
    return { limits, ...shareCallerLimits(ctx, limits) }
  })
  for (const { stop, limits } of processes) {
    stop()
    limits.onSpending(() => {})
  }
  return processes
}

const letIn = (limits: CallerLimits, key: string, count: number) =>
  Array.from({ length: count }, () => limits.take('client', key)).filter(({ allowed }) => allowed).length

test('what one process has let in, another counts as well', async () => {
  const [one, other] = twoProcesses()
  assert.equal(letIn(one!.limits, 'app', 30), 30)
  assert.equal(letIn(other!.limits, 'app', 1), 1)
  await one!.exchange()
  await other!.exchange()
  const { remaining } = other!.limits.look('client', 'app')
  // Of fifty; what has come back meanwhile is by the database's clock.
  assert.ok(remaining >= 19 && remaining < 29, `${remaining}`)
  assert.equal(other!.limits.look('client', 'another app').remaining, 50)
  assert.equal(other!.limits.look('address', 'app').remaining, 50)
})

test('what processes let in too much together is owed', async () => {
  const [one, other] = twoProcesses()
  for (const { limits } of [one!, other!]) assert.equal(letIn(limits, 'flood', 80), 50)
  await one!.exchange()
  await other!.exchange()
  const standing = other!.limits.look('client', 'flood')
  assert.equal(standing.allowed, false)
  assert.ok(standing.retryAfter >= 4 && standing.retryAfter <= 6, `${standing.retryAfter}`)
})

test('spendings that could not be reported are reported later', async () => {
  const [one] = twoProcesses()
  const limits = createCallerLimits({ address: 10, pool: 10, client: 10 }, () => 0)
  const ctx = { ...nodes[0]!.ctx, db: undefined as unknown as Db }
  const away = shareCallerLimits(ctx, limits)
  away.stop()
  assert.equal(letIn(limits, 'patient', 5), 5)
  await away.exchange()
  ctx.db = nodes[0]!.ctx.db
  await away.exchange()
  assert.equal(letIn(one!.limits, 'patient', 1), 1)
  await one!.exchange()
  const { remaining } = one!.limits.look('client', 'patient')
  assert.ok(remaining >= 44 && remaining < 49, `${remaining}`)
})

test('an address that sends to two nodes in turn gets one limit, not two', async () => {
  const begun = performance.now()
  let answered = 0
  const refused = new Set<number>()
  while (refused.size < 2) {
    for (const [index, { url }] of nodes.entries()) {
      const { status } = await fetch(`${url}/us-east-1_nobody/.well-known/jwks.json`)
      if (status === 429) refused.add(index)
      else answered++
    }
  }
  const seconds = (performance.now() - begun) / 1000
  assert.ok(answered >= 100, `${answered}`)
  // What comes back in the meantime, and a tenth of a limit that one has not been told by the other.
  assert.ok(answered <= 100 + 20 * seconds + 20, `${answered} in ${seconds} s`)
})

test('callers who stay far below the limit cost no statement', () => {
  const limits = createCallerLimits({ address: 200, pool: 2000, client: 1000 })
  for (let i = 0; i < 9; i++) limits.take('address', '192.0.2.1')
  assert.deepEqual(limits.takeSpendings(), [])
  limits.take('address', '192.0.2.1')
  assert.deepEqual(limits.takeSpendings(), [{ kind: 'address', key: '192.0.2.1', spent: 10, rate: 200, limit: 1000 }])
})
