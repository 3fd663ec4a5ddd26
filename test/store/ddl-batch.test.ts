import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/store/db.ts'
import { batchDdl } from '../../src/store/ddl-batch.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let own: TestDatabase
let database: Database

before(async () => {
  own = await createTestDatabase()
  database = openDatabase({ connection: own.connection, maxConnections: 1, prepare: false })
})
after(async () => {
  await database?.close()
  await own?.drop()
})

const exists = async (table: string) =>
  (await sql<{ there: boolean }>`select to_regclass(${table}) is not null as there`.execute(database.db)).rows[0]!.there

test('a statement finds what was defined before it, and definitions after it see its rows', async () => {
  await database.db.transaction().execute(async (trx) => {
    const { db, flush } = batchDdl(trx)
    await sql`create table batched (id int) -- the first`.execute(db)
    await sql`alter table batched add column name text`.execute(db)
    await sql`insert into batched (id, name) values (${1}, ${'Ann'})`.execute(db)
    await sql`create table copied as select name from batched`.execute(db)
    const { rows } = await sql`select name from copied`.execute(db)
    assert.deepEqual(rows, [{ name: 'Ann' }])
    await sql`create index copied_name on copied (name)`.execute(db)
    await flush()
  })
  assert.equal(await exists('copied_name'), true)
})

test('a definition that fails undoes the whole transaction', async () => {
  const work = database.db.transaction().execute(async (trx) => {
    const { db, flush } = batchDdl(trx)
    await sql`create table halfway (id int)`.execute(db)
    await sql`create index halfway_none on halfway (none)`.execute(db)
    await flush()
  })
  await assert.rejects(work, /column "none" does not exist/)
  assert.equal(await exists('halfway'), false)
})
