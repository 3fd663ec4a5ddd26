import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { runForCaller } from '../../src/lib/current-caller.ts'
import { type Db, openDatabase } from '../../src/store/db.ts'
import { createTestDatabase } from '../support/database.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let db: Db
let close: () => Promise<void>

before(async () => {
  database = await createTestDatabase()
  ;({ db, close } = openDatabase({ connection: database.connection, maxConnections: 4, prepare: true }))
  await Promise.all([1, 2, 3, 4].map(() => sql`select pg_sleep(0.01)`.execute(db)))
})
after(async () => {
  await close()
  await database.drop()
})

/** A transaction that holds its connection until it is released. */
async function hold(caller: string | undefined) {
  const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const work = () =>
    db.transaction().execute(async () => {
      begun.resolve()
      await end.promise
    })
  const done = caller === undefined ? work() : runForCaller(caller, work)
  return {
    begun: begun.promise,
    async release() {
      end.resolve()
      await done
    },
  }
}

const pid = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]!.pid
const isOpen = async (promise: Promise<unknown>) => (await Promise.race([promise, pid().then(() => 'open')])) === 'open'

test('one caller has half of the connections at most, and others go on beside it', async () => {
  const held = await Promise.all([1, 2].map(() => hold('loud')))
  await Promise.all(held.map(({ begun }) => begun))
  const third = runForCaller('loud', pid)
  assert.equal(await isOpen(third), true)
  assert.equal(typeof (await runForCaller('quiet', pid)), 'number')
  await held[0]!.release()
  assert.equal(typeof (await third), 'number')
  await held[1]!.release()
})

test('callers take turns for a connection, however many statements one of them sends', async () => {
  const held = await Promise.all([1, 2, 3, 4].map(() => hold(undefined)))
  await Promise.all(held.map(({ begun }) => begun))
  const order: string[] = []
  const ask = (caller: string) => runForCaller(caller, () => pid().then(() => order.push(caller)))
  const asked = [...Array.from({ length: 20 }, () => ask('loud')), ask('quiet'), ask('other')]
  await held[0]!.release()
  await Promise.all(asked)
  assert.deepEqual(order.slice(0, 3).toSorted(), ['loud', 'other', 'quiet'])
  for (const one of held.slice(1)) await one.release()
})

test('a caller whose connections were cut has its share again', async () => {
  for (let round = 0; round < 3; round++) {
    const cut = runForCaller('unlucky', () =>
      Promise.all([1, 2].map(() => sql`select pg_terminate_backend(pg_backend_pid())`.execute(db).catch(() => {}))),
    )
    await cut
  }
  const held = await Promise.all([1, 2].map(() => hold('unlucky')))
  await Promise.all(held.map(({ begun }) => begun))
  for (const one of held) await one.release()
})
