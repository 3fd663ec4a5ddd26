import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { parseTextArray, serializeTextArray } from '../../src/store/arrays.ts'
import { type Db, openDatabase } from '../../src/store/db.ts'
import { TransactionRolledBack } from '../../src/store/dialect.ts'
import { ConnectionLost, isDatabaseUnavailable } from '../../src/store/unavailable.ts'
import { createTestDatabase } from '../support/database.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let db: Db
let close: () => Promise<void>

before(async () => {
  database = await createTestDatabase()
  ;({ db, close } = openDatabase({ connection: database.connection, maxConnections: 2, prepare: true }))
})
after(async () => {
  await close()
  await database.drop()
})

const one = async (on: Db) => (await sql<{ one: number }>`select ${1}::integer as one`.execute(on)).rows[0]?.one
const backend = async (on: Db) => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on)).rows[0]!.pid

async function terminate(pid: number): Promise<void> {
  await sql`select pg_terminate_backend(${pid}::integer, 5000)`.execute(db)
  await new Promise((resolve) => setTimeout(resolve, 20))
}

test('a statement under way when its connection is cut fails, and the next one has another', async () => {
  const sleeping = assert.rejects(sql`select pg_sleep(10)`.execute(db))
  await new Promise((resolve) => setTimeout(resolve, 100))
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'`.execute(db)
  await sleeping
  for (let i = 0; i < 10; i++) assert.equal(await one(db), 1)
})

test('a transaction whose connection is cut between two statements never goes on on another', async () => {
  await sql`create table marks (mark text)`.execute(db)
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await sql`insert into marks values ('first')`.execute(trx)
      await terminate(await backend(trx))
      await sql`insert into marks values ('second')`.execute(trx)
    }),
    ConnectionLost,
  )
  assert.deepEqual((await sql`select mark from marks`.execute(db)).rows, [])
})

test('a commit on a connection that is cut fails', async () => {
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await sql`insert into marks values ('lost')`.execute(trx)
      await terminate(await backend(trx))
    }),
    ConnectionLost,
  )
  assert.deepEqual((await sql`select mark from marks`.execute(db)).rows, [])
})

test('a commit that the database turned into a rollback is an error', async () => {
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await sql`insert into marks values ('passed over')`.execute(trx)
      await sql`select 1 / 0`.execute(trx).catch(() => {})
    }),
    TransactionRolledBack,
  )
  assert.deepEqual((await sql`select mark from marks`.execute(db)).rows, [])
})

test('connections that are cut while nobody uses them are not handed out', async () => {
  const pids = await Promise.all([1, 2].map(() => db.connection().execute((connection) => backend(connection))))
  for (const pid of pids) await sql`select pg_terminate_backend(${pid}::integer)`.execute(db).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(() => one(db))), [1, 1, 1, 1, 1])
})

test('no more connections are opened than allowed, and a waiting caller gets the place of a lost one', async () => {
  const { rows } = await db.transaction().execute(async (first) => {
    const second = db.transaction().execute(async (trx) => {
      const pid = await backend(trx)
      await new Promise((resolve) => setTimeout(resolve, 50))
      await sql`select pg_terminate_backend(${pid}::integer)`.execute(first)
      return one(trx)
    })
    const waits = one(db)
    await assert.rejects(second)
    assert.equal(await waits, 1)
    return sql`select from pg_stat_activity where application_name = 'poolhouse' and datname = current_database()`.execute(
      first,
    )
  })
  assert.equal(rows.length, 2)
})

test('wherever in a transaction its connection is cut, it settles', async () => {
  const busy = openDatabase({ connection: database.connection, maxConnections: 4, prepare: true })
  const [until, cut] = [Date.now() + 2000, new Set<string>()]

  async function transact(): Promise<void> {
    const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
    const settled = busy.db.transaction().execute(async (trx) => {
      for (const work of [1, 2, 3]) {
        await sql`select ${work}::integer, pg_sleep(random() / 300)`.execute(trx)
        if (Math.random() < 0.3) await pause()
      }
    })
    const patience = AbortSignal.timeout(10_000)
    await Promise.race([
      settled.catch((error) => cut.add(error.code ?? error.name)),
      new Promise((_, reject) => patience.addEventListener('abort', () => reject(new Error('A transaction hangs')))),
    ])
  }
  const work = Array.from({ length: 6 }, async () => {
    while (Date.now() < until) await transact()
  })
  while (Date.now() < until) {
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()
      order by random() limit 1`.execute(db)
  }
  await Promise.all(work)
  await busy.close()
  assert.ok(cut.size > 0, 'nothing was cut')
})

test('a prepared statement whose table has changed is sent again with the same values', async () => {
  await sql`create table changing (hash bytea primary key, document jsonb, at timestamptz)`.execute(db)
  const [hash, document, at] = [Buffer.from('a hash'), { a: ['document'] }, new Date(1_700_000_000_000)]
  const put = () =>
    sql<{ document: object }>`
    insert into changing (hash, document, at) values (${hash}, ${document}, ${at})
    on conflict (hash) do update set document = excluded.document, at = excluded.at returning *`.execute(db)
  const find = () => sql<{ at: Date }>`select * from changing where hash = ${hash} and at <= ${at}`.execute(db)
  for (let i = 0; i < 5; i++) for (const ask of [put, find]) await ask()
  await sql`alter table changing add column more text`.execute(db)
  assert.deepEqual((await put()).rows[0]!.document, document)
  assert.equal((await find()).rows.length, 1)

  await db.transaction().execute(async (trx) => {
    await sql`select * from changing where hash = ${hash} and at is not null`.execute(trx)
  })
  const { rows } = await sql`select jsonb_typeof(document) as type, octet_length(hash) as length from changing`.execute(
    db,
  )
  assert.deepEqual(rows, [{ type: 'object', length: 6 }])
})

test('in a transaction such a statement fails as one that may be tried again', async () => {
  const single = openDatabase({ connection: database.connection, maxConnections: 1, prepare: true })
  const transact = () =>
    single.db.transaction().execute((trx) => sql`select * from changing where more = ${'x'}`.execute(trx))
  await transact()
  await sql`alter table changing add column still_more text`.execute(db)
  await assert.rejects(transact(), isDatabaseUnavailable)
  await transact()
  await single.close()
})

test('where nobody listens, a statement fails at once', async () => {
  const nobody = openDatabase({ connection: 'postgres://nobody@127.0.0.1:1/none', maxConnections: 2, prepare: true })
  const started = performance.now()
  for (let i = 0; i < 12; i++) await assert.rejects(one(nobody.db), { code: 'ECONNREFUSED' })
  assert.ok(performance.now() - started < 2000)
  await nobody.close()
})

test('callers that wait for a connection when the pool is closed get an error', async () => {
  const small = openDatabase({ connection: database.connection, maxConnections: 1, prepare: true })
  const under = small.db.transaction().execute(async (trx) => {
    const waits = assert.rejects(one(small.db), ConnectionLost)
    const closed = small.close()
    await waits
    await one(trx).catch(() => {})
    return closed
  })
  await under.catch(() => {})
  await assert.rejects(one(small.db), ConnectionLost)
})

test('arrays of text come back as they went in', async () => {
  const texts = [
    '',
    'plain',
    'with space',
    'a,b',
    '{x}',
    'quo"te',
    'back\\slash',
    'null',
    'NULL',
    'line\nbreak',
    '"',
    'é😀',
  ]
  const { rows } = await sql<{ texts: string[] }>`select ${texts}::text[] as texts`.execute(db)
  assert.deepEqual(rows[0]?.texts, texts)
  assert.deepEqual(parseTextArray(serializeTextArray(texts)), texts)
  assert.deepEqual((await sql<{ none: string[] }>`select array[]::text[] as none`.execute(db)).rows[0]?.none, [])
  const ids = ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002']
  assert.deepEqual((await sql<{ ids: string[] }>`select ${ids}::uuid[] as ids`.execute(db)).rows[0]?.ids, ids)
})

test('connections that nobody uses are closed on request, all but one, and opened again at need', async () => {
  const own = openDatabase({ connection: database.connection, maxConnections: 3, prepare: true })
  const together = () => Promise.all([1, 2, 3].map(() => own.db.transaction().execute((trx) => backend(trx))))
  const before = new Set(await together())
  assert.equal(before.size, 3)
  await own.closeIdle()
  assert.equal(own.figures().idle, 1)
  const after = await together()
  assert.equal(new Set(after).size, 3)
  assert.equal(after.filter((pid) => before.has(pid)).length, 1)

  let closing: Promise<void> | undefined
  const answer = await own.db.transaction().execute(async (trx) => {
    closing = own.closeIdle()
    return one(trx)
  })
  assert.equal(answer, 1)
  await closing
  await own.close()
})
