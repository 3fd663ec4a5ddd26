import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import type { Db } from '../../src/store/db.ts'
import type { Note } from '../../src/store/noted.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let note: Note
let db: Db
before(async () => {
  server = await startTestServer({}, { jobs: false })
  await sql`create table notes (id int primary key, text text)`.execute(server.ctx.db)
  await sql`create table things (id int primary key)`.execute(server.ctx.db)
})
after(() => server?.close())

beforeEach(async () => {
  await sql`truncate notes, things`.execute(server.ctx.db)
  const insertion = sql`insert into notes values (${1}::int, ${'noted'}::text) on conflict do nothing`
  note = { insertion: insertion.compile(server.ctx.db), isCommitted: false }
  db = server.ctx.dbNoting(note)
})

const insert = (on: Db, id: number) => sql`insert into things values (${id}::int) returning id`.execute(on)

async function stored() {
  const { rows } = await sql<{ notes: number; things: number }>`
    select (select count(*)::int from notes) as notes, (select count(*)::int from things) as things`.execute(
    server.ctx.db,
  )
  return { ...rows[0]!, isCommitted: note.isCommitted }
}

test('the first change takes the note along, a read does not', async () => {
  await sql`select 1`.execute(db)
  assert.deepEqual(await stored(), { notes: 0, things: 0, isCommitted: false })
  assert.deepEqual((await insert(db, 7)).rows, [{ id: 7 }])
  assert.deepEqual(await stored(), { notes: 1, things: 1, isCommitted: true })
  const result =
    await sql`with old as (select id from things) delete from things using old where things.id = old.id`.execute(db)
  assert.equal(result.numAffectedRows, 1n)
  assert.deepEqual(await stored(), { notes: 1, things: 0, isCommitted: true })
})

for (const [what, statement] of [
  ['with common table expressions', sql`with one as (select 1 as id) insert into things select id from one`],
  [
    'with a recursive one',
    sql`
    with recursive numbers (id) as (select 1 union all select id + 1 from numbers where id < ${1}::int)
    insert into things select id from numbers`,
  ],
  ['written in capitals', sql`INSERT INTO things VALUES (${1}::int)`],
  ['that a query returns', sql`with made as (insert into things values (1) returning id) select id from made`],
] as const)
  test(`a change ${what} takes the note along`, async () => {
    await statement.execute(db)
    assert.deepEqual(await stored(), { notes: 1, things: 1, isCommitted: true })
  })

test('a note is rolled back with its change, and the next change takes it along', async () => {
  const abandoned = db.transaction().execute(async (trx) => {
    await insert(trx, 1)
    await insert(trx, 2)
    throw new Error('abandoned')
  })
  await assert.rejects(abandoned, /abandoned/)
  assert.deepEqual(await stored(), { notes: 0, things: 0, isCommitted: false })
  await insert(server.ctx.db, 1)
  await assert.rejects(insert(db, 1), { code: '23505' })
  assert.deepEqual(await stored(), { notes: 0, things: 1, isCommitted: false })
  await db.transaction().execute(async (trx) => {
    await insert(trx, 3)
    assert.equal(note.isCommitted, false)
  })
  assert.deepEqual(await stored(), { notes: 1, things: 2, isCommitted: true })
})

test('two changes at once leave one note', async () => {
  await Promise.all([insert(db, 1), insert(db, 2)])
  assert.deepEqual(await stored(), { notes: 1, things: 2, isCommitted: true })
})

test('a row that is locked for a change takes the note along, and the change is in its transaction', async () => {
  await insert(server.ctx.db, 1)
  await db.transaction().execute(async (trx) => {
    await sql`select id from things for update`.execute(trx)
    await sql`delete from things`.execute(trx)
  })
  assert.deepEqual(await stored(), { notes: 1, things: 0, isCommitted: true })
})
