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

/** Keys that have an end already keep it. */
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
  const { rows } = await sql<StoredSigningKey>`
    delete from spare_signing_keys where kid in (
      select kid from spare_signing_keys order by created_at limit ${count} for update skip locked
    ) returning kid, public_jwk, private_sealed`.execute(db)
  return rows
}
