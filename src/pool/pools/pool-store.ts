import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { PoolSettings } from '../../model/settings.ts'
import { compiledRead } from '../../store/compiled.ts'
import type { Pool } from './pool.ts'

export async function findPoolRevision(db: Db, poolId: string): Promise<number | undefined> {
  const { rows } = await revisionOf(db, { poolId })
  return rows[0]?.revision
}

const revisionOf = compiledRead((db, { poolId }: { poolId: string }) =>
  db.selectFrom('pools').select('revision').where('id', '=', poolId),
)

export async function loadPool(db: Db, poolId: string): Promise<Pool | undefined> {
  const row = await db
    .selectFrom('pools')
    .selectAll()
    .select([
      sql<Pool['domains']>`coalesce((
        select jsonb_agg(jsonb_build_object('domain', d.domain, 'settings', d.settings) order by d.created_at)
        from domains d where d.pool_id = pools.id
      ), '[]')`.as('domains'),
      sql<boolean>`exists (
        select from installation i where i.key = 'operators-pool' and i.value = convert_to(pools.id, 'UTF8')
      )`.as('isOfOperators'),
    ])
    .where('id', '=', poolId)
    .executeTakeFirst()
  if (!row) return undefined
  const { created_at, updated_at, side_settings, ...pool } = row
  return { ...pool, sideSettings: side_settings, createdAt: created_at, updatedAt: updated_at }
}

/**
 * Locks the pool against other changes of it; users and clients can still be written. The lock comes first and the read
 * after it, so that what was written while waiting is seen.
 */
export async function lockPool(trx: Trx, poolId: string): Promise<Pool | undefined> {
  const locked = await trx.selectFrom('pools').select('id').where('id', '=', poolId).forNoKeyUpdate().executeTakeFirst()
  return locked && loadPool(trx, poolId)
}

/** Locks the pool against all access: waits for writers in it, and makes later ones wait. */
export async function lockPoolForDeletion(trx: Trx, poolId: string): Promise<Pool | undefined> {
  const locked = await trx.selectFrom('pools').select('id').where('id', '=', poolId).forUpdate().executeTakeFirst()
  return locked && loadPool(trx, poolId)
}

export async function insertPool(
  db: Db,
  pool: { id: string; name: string; settings: PoolSettings },
  now: Date,
): Promise<void> {
  await db
    .insertInto('pools')
    // Starts with the current time, so that a pool created again under the same id is never mistaken for the former
    // one.
    .values({ ...pool, revision: now.getTime(), created_at: now, updated_at: now })
    .execute()
}

export async function updatePool(
  trx: Trx,
  poolId: string,
  changes: { name?: string; settings: PoolSettings; updated_at?: Date },
): Promise<void> {
  await trx
    .updateTable('pools')
    .set((eb) => ({ ...changes, revision: eb('revision', '+', 1) }))
    .where('id', '=', poolId)
    .execute()
}

/** Deletes the pool, its directory entries and, by foreign keys, all that belongs to it: users, clients, tokens. */
export async function deletePool(trx: Trx, poolId: string): Promise<void> {
  // All its users go with it, which may take minutes.
  await sql`set local statement_timeout = '30min'`.execute(trx)
  await deleteDirectoryEntries(trx, poolId)
  await trx.deleteFrom('pools').where('id', '=', poolId).execute()
}

/**
 * Deletes the directory entries of a pool, or of all. Where pools are distributed over several servers, no foreign key
 * does that.
 */
export async function deleteDirectoryEntries(trx: Trx, poolId?: string): Promise<void> {
  for (const directory of ['client_directory', 'domain_directory'] as const)
    await trx
      .deleteFrom(directory)
      .$if(poolId !== undefined, (query) => query.where('pool_id', '=', poolId!))
      .execute()
}

export async function countPools(db: Db): Promise<number> {
  const row = await db
    .selectFrom('pools')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

/** Oldest first, after a position. */
export function listPools(db: Db, limit: number, after?: { createdAt: Date; id: string }) {
  return db
    .selectFrom('pools')
    .select(['id', 'name', 'settings', 'created_at', 'updated_at'])
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) > (${after?.createdAt}::timestamptz, ${after?.id})`),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Makes every cached snapshot of the pool stale. Call it in each transaction that changes any part of the pool. */
export async function bumpPoolRevision(db: Db, poolId: string): Promise<void> {
  await sql`update pools set revision = revision + 1 where id = ${poolId}`.execute(db)
}
