import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { putRole } from '../../src/administration/roles/role-store.ts'
import { type Database, openDatabase } from '../../src/store/db.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let opened: Database

before(async () => {
  database = await createTestDatabase()
  opened = openDatabase({ connection: database.connection, maxConnections: 5, prepare: true })
})
after(async () => {
  await opened?.close()
  await database?.drop()
})

// PostgreSQL resolves the conflict with the key that is named. Where the same row arrives twice at the same moment, it
// may meet another unique key first, and fail.
test('no insertion names one of several unique keys in its conflict', async () => {
  const { rows } = await sql<{ table: string }>`
    select i.indrelid::regclass::text as table from pg_index i join pg_class c on c.oid = i.indrelid
    where i.indisunique and c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
    group by i.indrelid having count(*) > 1`.execute(opened.db)
  const tables = new Set(rows.map(({ table }) => table))
  assert.ok(tables.has('users') && tables.has('roles'))

  const found: string[] = []
  let conflicts = 0
  for await (const file of glob('src/**/*.ts'))
    for (const { table, target } of upsertsIn(await readFile(file, 'utf8'))) {
      conflicts++
      if (target && tables.has(table)) found.push(`${file}: ${table} ${target}`)
    }
  assert.ok(conflicts > 35, `${conflicts} were found`)
  assert.deepEqual(found, [])
})

test('a role that is put several times at the same moment is one role, and each caller gets it', async () => {
  const settings = { description: null, policy: '{}', tags: {}, trusted_issuers: [] }
  for (let round = 0; round < 20; round++) {
    const put = () => putRole(opened.db, `role ${round}`, settings, new Date(0))
    const names = (await Promise.all([put(), put(), put(), put()])).map((role) => role?.name)
    assert.deepEqual(new Set(names), new Set([`role ${round}`]))
  }
})

function* upsertsIn(source: string): Generator<{ table: string; target?: string }> {
  const insertion =
    /insert(?: into |Into\(')([a-z_]+)(?:(?!insert into |insertInto\()[\s\S])*?on ?conflict([\s\S]{0,60})/gi
  for (const [, table, conflict] of source.matchAll(insertion)) {
    const [target] = /^ \([^)]*\)|\.columns?\([^)]*\)/.exec(conflict!) ?? []
    yield { table: table!, target }
  }
}
