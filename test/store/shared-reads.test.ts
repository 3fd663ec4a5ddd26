import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { compiledRead } from '../../src/store/compiled.ts'
import { type Db, openDatabase } from '../../src/store/db.ts'
import { createTestDatabase } from '../support/database.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let opened: ReturnType<typeof openDatabase>
let db: Db

before(async () => {
  database = await createTestDatabase()
  opened = openDatabase({ connection: database.connection, maxConnections: 4, prepare: true })
  db = opened.db
  await sql`create table notes (note text primary key)`.execute(db)
})
after(async () => {
  await opened.close()
  await database.drop()
})

const backendRead = compiledRead((db, { after }: { after: number }) =>
  sql<{ pid: number }>`select pg_backend_pid() as pid, pg_sleep(${after}::float8)`.compile(db),
)
const quotientRead = compiledRead((db, { by }: { by: number }) =>
  sql<{ quotient: number }>`select 12 / ${by}::integer as quotient`.compile(db),
)
const notesRead = compiledRead((db, { note }: { note: string }) =>
  sql<{ note: string }>`select note from notes where note = ${note}`.compile(db),
)
const backendOf = async (after = 0, on = db) => (await backendRead(on, { after })).rows[0]!.pid

test('reads by key that come at once share one connection', async () => {
  await backendOf()
  const backends = await Promise.all(Array.from({ length: 20 }, () => backendOf()))
  assert.equal(new Set(backends).size, 1)
  assert.equal(opened.figures().waiting, 0)
})

test('the error of one is no other’s', async () => {
  await quotientRead(db, { by: 1 })
  const answers = await Promise.allSettled([3, 0, 4, 0, 6].map((by) => quotientRead(db, { by })))
  assert.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows[0]!.quotient : answer.reason.code)),
    [4, '22012', 3, '22012', 2],
  )
})

test('in a transaction they see what it has written', async () => {
  await db.transaction().execute(async (trx) => {
    await sql`insert into notes values ('mine')`.execute(trx)
    assert.equal((await notesRead(trx, { note: 'mine' })).rows.length, 1)
    assert.equal((await notesRead(db, { note: 'mine' })).rows.length, 0)
  })
  assert.equal((await notesRead(db, { note: 'mine' })).rows.length, 1)
})

test('those behind a slow one are answered before it', async () => {
  await backendOf()
  const order: string[] = []
  const slow = backendOf(4).then(() => order.push('slow'))
  await Promise.all([backendOf(), backendOf()]).then(() => order.push('quick'))
  await slow
  assert.deepEqual(order, ['quick', 'slow'])
})

test('those whose connection is cut are sent again', async () => {
  const shared = await backendOf()
  const under = Promise.all([backendOf(0.5), backendOf()])
  await sql`select pg_terminate_backend(${shared}::integer, 5000)`.execute(db)
  const backends = await under
  assert.ok(!backends.includes(shared))
  const next = await Promise.all([backendOf(), backendOf()])
  assert.ok(!next.includes(shared))
})

test('a small pool spares none for them, nor one behind a pooler', async () => {
  for (const [maxConnections, prepare] of [
    [3, true],
    [4, false],
  ] as const) {
    const small = openDatabase({ connection: database.connection, maxConnections, prepare })
    const backends = await Promise.all([backendOf(0.2, small.db), backendOf(0.2, small.db)])
    assert.equal(new Set(backends).size, 2)
    await small.close()
  }
})
