import { sql } from 'kysely'
import type { Db } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'

/** A password ready to be stored, prepared outside any transaction. */
export interface PreparedPassword {
  hash: string
  srpSalt: Buffer
  srpSealed: Buffer
  temporary: boolean
  /** When a temporary one stops being accepted. */
  expiresAt: Date | null
  /** How many former passwords to remember, besides this one. */
  remember: number
}

export interface StoredPassword {
  hash: string
  srpSalt: Buffer | null
  srpSealed: Buffer | null
  temporary: boolean
  expiresAt: Date | null
}

/** Replaces the former password, which goes to the history if the pool has one. */
export async function storePassword(
  db: Db,
  poolId: string,
  userId: string,
  password: PreparedPassword,
  now: Date,
): Promise<void> {
  if (password.remember > 0) await rememberFormer(db, poolId, userId, password.remember, now)
  const row = {
    hash: password.hash,
    srp_salt: password.srpSalt,
    srp_sealed: password.srpSealed,
    temporary: password.temporary,
    expires_at: password.expiresAt,
    set_at: now,
  }
  await db
    .insertInto('passwords')
    .values({ pool_id: poolId, user_id: userId, ...row })
    .onConflict((conflict) => conflict.columns(['pool_id', 'user_id']).doUpdateSet(row))
    .execute()
}

export async function findPassword(db: Db, poolId: string, userId: string): Promise<StoredPassword | undefined> {
  const row = await db
    .selectFrom('passwords')
    .select(['hash', 'srp_salt', 'srp_sealed', 'temporary', 'expires_at'])
    .where('pool_id', '=', poolId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    hash: row.hash,
    srpSalt: row.srp_salt,
    srpSealed: row.srp_sealed,
    temporary: row.temporary,
    expiresAt: row.expires_at,
  }
}

/** The present password's hash and those of the former ones, newest first. */
export async function listPasswordHashes(db: Db, poolId: string, userId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ hash: string }>`
    select hash from (
      select hash, set_at from passwords where pool_id = ${poolId} and user_id = ${userId}
      union all
      select hash, set_at from password_history where pool_id = ${poolId} and user_id = ${userId}
    ) known order by set_at desc limit ${limit}`.execute(db)
  return rows.map(({ hash }) => hash)
}

export async function deletePassword(db: Db, poolId: string, userId: string): Promise<void> {
  await db.deleteFrom('passwords').where('pool_id', '=', poolId).where('user_id', '=', userId).execute()
}

async function rememberFormer(db: Db, poolId: string, userId: string, remember: number, now: Date): Promise<void> {
  await sql`
    insert into password_history (pool_id, user_id, id, hash, set_at)
    select pool_id, user_id, ${uuidv7(now)}::uuid, hash, set_at from passwords
    where pool_id = ${poolId} and user_id = ${userId}`.execute(db)
  await sql`
    delete from password_history where pool_id = ${poolId} and user_id = ${userId} and id not in (
      select id from password_history where pool_id = ${poolId} and user_id = ${userId}
      order by set_at desc, id desc limit ${remember}
    )`.execute(db)
}
