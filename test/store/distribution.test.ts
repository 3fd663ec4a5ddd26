/** What lets the schema and the statements run where the tables are distributed over several servers by pool. */
import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { deletePools } from '../../src/dev/reset-store.ts'
import { type Database, openDatabase } from '../../src/store/db.ts'
import { coordinatorTables, referenceTables, tablePlacements } from '../../src/store/distribute.ts'
import { createTestDatabase, isDistributed, type TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'

let database: TestDatabase
let opened: Database

before(async () => {
  database = await createTestDatabase()
  opened = openDatabase({ connection: database.connection, maxConnections: 1, prepare: true })
})
after(async () => {
  await opened?.close()
  await database?.drop()
})

test('every table is distributed by pool, or is named as one that every node has, or the coordinator', async () => {
  const placements = await tablePlacements(opened.db)
  assert.ok(placements.some(({ table, column }) => table === 'users' && column === 'pool_id'))
  const others = placements.filter(({ column }) => !column).map(({ table }) => table)
  assert.deepEqual(new Set(others), referenceTables.union(coordinatorTables))
})

test('a table whose key does not lead with the pool is refused', async () => {
  await sql`create table strays (id uuid primary key, pool_id text not null)`.execute(opened.db)
  await assert.rejects(tablePlacements(opened.db), /The key of strays does not lead with the pool/)
  await sql`drop table strays`.execute(opened.db)
})

test('unique indexes and foreign keys of distributed tables have the pool in them', async () => {
  const placements = await tablePlacements(opened.db)
  const columns = new Map(placements.map(({ table, column }) => [table, column]))
  const { rows: indexes } = await sql<{ table: string; index: string; columns: string[] }>`
    select c.relname::text as table, i.indexrelid::regclass::text as index,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any(i.indkey)) as columns
    from pg_index i join pg_class c on c.oid = i.indrelid
    where i.indisunique and c.relnamespace = current_schema()::regnamespace`.execute(opened.db)
  assert.ok(indexes.length > 40)
  const lacking = indexes.filter(({ table, columns: of }) => columns.get(table) && !of.includes(columns.get(table)!))
  assert.deepEqual(lacking, [])

  const { rows: keys } = await sql<{ table: string; referenced: string; pairs: string[] }>`
    select c.relname::text as table, r.relname::text as referenced,
      array(
        select a.attname || ' ' || b.attname from unnest(f.conkey, f.confkey) as k (own, other)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
        join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.other
      ) as pairs
    from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
    where f.contype = 'f' and c.relnamespace = current_schema()::regnamespace`.execute(opened.db)
  assert.ok(keys.length > 30)
  const unpaired = keys.filter(({ table, referenced, pairs }) => {
    const [own, other] = [columns.get(table), columns.get(referenced)]
    return own && other && !pairs.includes(`${own} ${other}`)
  })
  assert.deepEqual(unpaired, [])
})

test('no node compiles a statement, even where the database would have it', async () => {
  await sql`do $$ begin execute format('alter database %I set jit = on', current_database()); end $$`.execute(opened.db)
  for (const prepare of [true, false]) {
    const later = openDatabase({ connection: database.connection, maxConnections: 1, prepare })
    const { rows } = await sql<{ jit: string }>`show jit`.execute(later.db)
    // Behind a pooler it is the role's.
    assert.equal(rows[0]!.jit, prepare || isDistributed ? 'off' : 'on')
    if (isDistributed) {
      const { rows: nodes } = await sql<{ result: string }>`select * from run_command_on_all_nodes('show jit')`.execute(
        later.db,
      )
      assert.deepEqual(new Set(nodes.map(({ result }) => result)), new Set(['off']))
    }
    await later.close()
  }
})

test('a deleted pool leaves no directory entries, by no help of foreign keys', async () => {
  const server = await startTestServer({}, { jobs: false })
  try {
    const { cognito, ctx } = server
    for (const table of ['client_directory', 'domain_directory'])
      await sql`alter table ${sql.table(table)} drop constraint if exists ${sql.id(`${table}_pool_id_fkey`)}`.execute(
        ctx.db,
      )
    const entries = async () => {
      const { rows } = await sql<{ count: number }>`
        select (select count(*) from client_directory) + (select count(*) from domain_directory) as count`.execute(
        ctx.db,
      )
      return rows[0]!.count
    }
    const makePool = async (Domain: string) => {
      const { UserPool } = await cognito.createUserPool({ PoolName: 'people' })
      const UserPoolId = UserPool!.Id!
      await cognito.createUserPoolClient({ UserPoolId, ClientName: 'app' })
      await cognito.createUserPoolDomain({ UserPoolId, Domain })
      return UserPoolId
    }
    const first = await makePool('first')
    await makePool('second')
    assert.equal(await entries(), 4)
    await cognito.deleteUserPoolDomain({ UserPoolId: first, Domain: 'first' })
    await cognito.deleteUserPool({ UserPoolId: first })
    assert.equal(await entries(), 2)
    await makePool('first')
    assert.equal(await deletePools(ctx.db), 2)
    assert.equal(await entries(), 0)
  } finally {
    await server.close()
  }
})

/** What a sharded statement can't have, and what to write in its place. */
const unsharded: [pattern: RegExp, advice: string][] = [
  [/jsonb_to_recordset/, 'jsonb_array_elements'],
  [/set_config\(/, 'withoutFlush'],
  [/\bas (materialized )?\(\s*select\s+(where|from)\b/, 'a CTE with a column'],
]

const statementFiles = ['src/**/*-store.ts', 'src/jobs/*.ts']

for (const [pattern, advice] of unsharded)
  test(`no statement has ${pattern.source}: ${advice} runs on every node`, async () => {
    const found: string[] = []
    for await (const file of glob(statementFiles)) if (pattern.test(await readFile(file, 'utf8'))) found.push(file)
    assert.deepEqual(found, [])
  })

test('every join of two tables names the pool on both sides', async () => {
  const found: string[] = []
  let joins = 0
  for await (const file of glob(statementFiles)) {
    for (const { table, condition } of joinsIn(await readFile(file, 'utf8'))) {
      joins++
      if (!referenceTables.has(table) && !/pool_id|pools?\.id|p\.id|\.chain\b/.test(condition))
        found.push(`${file}: ${table} ${condition.replaceAll(/\s+/g, ' ')}`)
    }
  }
  assert.ok(joins > 25, `${joins} joins were found`)
  assert.deepEqual(found, [])
})

test('statements that skip locked rows are limited to one pool', async () => {
  const found: string[] = []
  for await (const file of glob(statementFiles)) {
    for (const [select] of (await readFile(file, 'utf8')).matchAll(
      /select (?:(?!select )[^`])*? for update[^`]*?skip locked/g,
    ))
      if (!/pool_id = \$\{(?:values\.)?poolId\}|from caller_balances/.test(select))
        found.push(`${file}: ${select.replaceAll(/\s+/g, ' ')}`)
  }
  assert.deepEqual(found, [])
})

/** Joins written in SQL, up to what ends their condition, and those built with Kysely. Those of CTEs have no pool to name. */
function* joinsIn(source: string): Generator<{ table: string; condition: string }> {
  const ctes = new Set(Array.from(source.matchAll(/\b([a-z_]+) as (?:materialized )?\(/g), ([, name]) => name!))
  const inSql = /\bjoin ([a-z_]+)\b((?:(?!\bjoin\b|\bwhere\b|\)\s+on\b|`)[\s\S])*)/g
  for (const [, table, condition] of source.matchAll(inSql))
    if (!ctes.has(table!) && /\bon\b/.test(condition!)) yield { table: table!, condition: condition! }
  const built =
    /\.(?:inner|left)Join\(\s*'([a-z_]+)[^']*',\s*((?:'[^']*',\s*'[^']*')|\(join\) =>(?:(?!\n\s*\.(?:select|where|left|inner|\$))[\s\S])*)/g
  for (const [, table, condition] of source.matchAll(built)) yield { table: table!, condition: condition! }
}
