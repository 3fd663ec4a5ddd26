import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Pool } from './pool.ts'

export async function findPoolRevision(db: Db, poolId: string): Promise<number | undefined> {
  const row = await db.selectFrom('pools').select('revision').where('id', '=', poolId).executeTakeFirst()
  return row?.revision
}

export async function loadPool(db: Db, poolId: string): Promise<Pool | undefined> {
  const row = await db
    .selectFrom('pools')
    .selectAll()
    .select(
      sql<Pool['domains']>`coalesce((
        select jsonb_agg(jsonb_build_object('domain', d.domain, 'settings', d.settings) order by d.created_at)
        from domains d where d.pool_id = pools.id
      ), '[]')`.as('domains'),
    )
    .where('id', '=', poolId)
    .executeTakeFirst()
  if (!row) return undefined
  const { created_at, updated_at, ...pool } = row
  return { ...pool, createdAt: created_at, updatedAt: updated_at }
}

/** Makes every cached snapshot of the pool stale: to be called in the transaction that changes what it holds. */
export async function bumpPoolRevision(db: Db, poolId: string): Promise<void> {
  await sql`update pools set revision = revision + 1 where id = ${poolId}`.execute(db)
}
