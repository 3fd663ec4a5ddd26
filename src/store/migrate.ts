import { readdir } from 'node:fs/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { installed, installedModule } from '../lib/installed.ts'
import type { Db, Trx } from './db.ts'
import { batchDdl } from './ddl-batch.ts'
import { distribute } from './distribute.ts'
import { expectStatistics } from './expected-statistics.ts'

interface Migration {
  /** True when an older release keeps working over the changed schema. */
  expandOnly: boolean
  up(db: Kysely<unknown>): Promise<void>
}

/** Names of this release's migrations, in order. */
export async function migrationNames(): Promise<string[]> {
  const files = await readdir(installed('migrations/'))
  return files
    .filter((file) => /^\d{4}_.*\.[jt]s$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -3))
    .sort()
}

export interface SchemaState {
  /** Migrations of this release that the database lacks. */
  pending: string[]
  /** Migrations of a newer release over which this one can't run. */
  incompatible: string[]
}

export async function schemaState(db: Db): Promise<SchemaState> {
  const names = await migrationNames()
  const applied = await appliedMigrations(db)
  return {
    pending: names.filter((name) => !applied.has(name)),
    incompatible: [...applied]
      .filter(([name, expandOnly]) => !names.includes(name) && !expandOnly)
      .map(([name]) => name),
  }
}

export interface MigrationOptions {
  /**
   * The lock timeout in milliseconds. If another session holds a lock for longer, the migration fails instead of making
   * users wait behind it.
   */
  lockTimeout?: number
  /** Also distributes the tables over the nodes of a Citus cluster, where they are not yet. */
  distribution?: 'citus'
}

export interface Migrated {
  /** The migrations that were applied. */
  applied: string[]
  /** The tables that were distributed. */
  distributed: string[]
}

/** Applies pending migrations in one transaction. Of two at once, one waits and finds nothing left to do. */
export async function migrate(db: Db, { lockTimeout = 5000, distribution }: MigrationOptions = {}): Promise<Migrated> {
  const names = await migrationNames()
  const applied = await appliedMigrations(db)
  if (!distribution && names.every((name) => applied.has(name))) return { applied: [], distributed: [] }

  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('poolhouse migrate', 0))`.execute(trx)
    await sql`select set_config('lock_timeout', ${String(lockTimeout)}, true)`.execute(trx)
    await sql`create table if not exists migrations (
      name        text primary key,
      expand_only boolean not null,
      applied_at  timestamptz not null default now()
    )`.execute(trx)

    const before = await appliedMigrations(trx)
    const pending = names.filter((name) => !before.has(name))
    if (pending.length > 0) await apply(trx, pending)
    return { applied: pending, distributed: distribution ? await distribute(trx) : [] }
  })
}

async function apply(trx: Trx, pending: string[]): Promise<void> {
  const batch = batchDdl(trx)
  const applied: RawBuilder<unknown>[] = []
  for (const name of pending) {
    const migration = await load(name)
    await migration.up(batch.db)
    applied.push(sql`(${name}, ${migration.expandOnly})`)
  }
  await batch.flush()
  await sql`insert into migrations (name, expand_only) values ${sql.join(applied)}`.execute(trx)
  await expectStatistics(trx)
}

/** Loads this release's migrations ahead of their use. */
export async function loadMigrations(): Promise<void> {
  await Promise.all((await migrationNames()).map(load))
}

/** Whether no migration was ever applied. */
export const isEmpty = async (db: Db): Promise<boolean> => (await appliedMigrations(db)).size === 0

async function appliedMigrations(db: Db): Promise<Map<string, boolean>> {
  const { rows } = await sql<{ present: boolean }>`select to_regclass('migrations') is not null as present`.execute(db)
  if (!rows[0]?.present) return new Map()
  const applied = await sql<{ name: string; expand_only: boolean }>`select name, expand_only from migrations`.execute(
    db,
  )
  return new Map(applied.rows.map((row) => [row.name, row.expand_only]))
}

async function load(name: string): Promise<Migration> {
  return (await import(installedModule(`migrations/${name}`).href)) as Migration
}
