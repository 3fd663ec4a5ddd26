import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { PublicJwk } from '../../store/tables.ts'

export interface StoredSigningKey {
  kid: string
  public_jwk: PublicJwk
  private_sealed: Buffer
}

export function listSigningKeys(db: Db, poolId: string) {
  return db.selectFrom('signing_keys').selectAll().where('pool_id', '=', poolId).orderBy('active_from').execute()
}

export async function insertSigningKey(
  db: Db,
  poolId: string,
  use: 'id' | 'access',
  key: StoredSigningKey,
  now: Date,
  activeFrom = now,
): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values({ ...key, pool_id: poolId, use, created_at: now, active_from: activeFrom, retired_at: null })
    .execute()
}

/** Keys that already have an expiry keep it. */
export async function retireSigningKeys(db: Db, poolId: string, at: Date): Promise<void> {
  await db
    .updateTable('signing_keys')
    .set({ retired_at: at })
    .where('pool_id', '=', poolId)
    .where('retired_at', 'is', null)
    .execute()
}

export async function deleteRetiredKeys(db: Db, poolId: string, now: Date): Promise<void> {
  await db.deleteFrom('signing_keys').where('pool_id', '=', poolId).where('retired_at', '<=', now).execute()
}

/** Returns what the key signed, where the pool had it. */
export async function deleteSigningKey(db: Db, poolId: string, kid: string): Promise<'id' | 'access' | undefined> {
  const row = await db
    .deleteFrom('signing_keys')
    .where('pool_id', '=', poolId)
    .where('kid', '=', kid)
    .returning('use')
    .executeTakeFirst()
  return row?.use
}

/** Pools whose newest keys were made before this, the oldest first. */
export async function poolsToRotate(db: Db, before: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select('pool_id')
    .groupBy('pool_id')
    .having((eb) => eb.fn.max('created_at'), '<', before)
    .orderBy((eb) => eb.fn.max('created_at'))
    .limit(limit)
    .execute()
  return rows.map(({ pool_id }) => pool_id)
}

export async function newestSigningKey(db: Db, poolId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('signing_keys')
    .select((eb) => eb.fn.max('created_at').as('newest'))
    .where('pool_id', '=', poolId)
    .executeTakeFirst()
  return row?.newest ?? undefined
}

/** How long ago the oldest of the pools' newest keys was made, and how many spare keys wait for new pools. */
export async function signingKeyFigures(db: Db, now: Date): Promise<{ oldestSeconds: number; spare: number }> {
  const { oldest } = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('signing_keys')
        .select((of) => of.fn.max('created_at').as('newest'))
        .groupBy('pool_id')
        .as('pools'),
    )
    .select((eb) => eb.fn.min('newest').as('oldest'))
    .executeTakeFirstOrThrow()
  const oldestSeconds = oldest ? Math.max(0, (now.getTime() - oldest.getTime()) / 1000) : 0
  return { oldestSeconds, spare: await countSpareKeys(db) }
}

export async function countSpareKeys(db: Db): Promise<number> {
  const row = await db
    .selectFrom('spare_signing_keys')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

export async function insertSpareKey(db: Db, key: StoredSigningKey, now: Date): Promise<void> {
  await db
    .insertInto('spare_signing_keys')
    .values({ ...key, created_at: now })
    .execute()
}

/** Takes up to `count` spare keys; two that ask at once get different ones. */
export async function takeSpareKeys(db: Db, count: number): Promise<StoredSigningKey[]> {
  const { rows: oldest } = await sql<{ kid: string }>`
    select kid from spare_signing_keys order by created_at`.execute(db)
  const taken: StoredSigningKey[] = []
  for (const { kid } of oldest) {
    if (taken.length === count) break
    const { rows } = await sql<StoredSigningKey>`
      delete from spare_signing_keys where kid = ${kid}
      returning kid, public_jwk, private_sealed`.execute(db)
    taken.push(...rows)
  }
  return taken
}
