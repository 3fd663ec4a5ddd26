import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Redemption } from '../pool/tokens/token-family-store.ts'
import { hashOf, type NewRecord, type RecordKey, rowOf } from './record.ts'

/**
 * Stores the user's answer in a record that waits for it: false where there is an answer already, or it has expired.
 */
export async function answerRecord(ctx: Context, record: NewRecord): Promise<boolean> {
  const { sealed, userId, now, poolId, model, hash } = rowOf(ctx, record)
  const { numUpdatedRows } = await ctx.db
    .updateTable('oauth_records')
    .set({ sealed, user_id: userId })
    .where('pool_id', '=', poolId)
    .where('model', '=', model)
    .where('id_hash', '=', hash)
    .where('user_id', 'is', null)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Whether the last poll of a record was at least `seconds` ago; notes this one. */
export async function pollRecord(ctx: Context, key: RecordKey, seconds: number): Promise<boolean> {
  const now = ctx.clock.now()
  const earlier = new Date(now.getTime() - seconds * 1000)
  const { numUpdatedRows } = await ctx.db
    .updateTable('oauth_records')
    .set({ last_active_at: now })
    .where('pool_id', '=', key.poolId)
    .where('model', '=', key.model)
    .where('id_hash', '=', hashOf(ctx, key))
    .where((eb) => eb.or([eb('last_active_at', 'is', null), eb('last_active_at', '<=', earlier)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Marks a record as used and extends its life: false where it was used before, or has expired. */
export async function consumeRecord(ctx: Context, key: RecordKey, liveSeconds: number): Promise<boolean> {
  const now = ctx.clock.now()
  const { numUpdatedRows } = await ctx.db
    .updateTable('oauth_records')
    .set({ consumed_at: now, expires_at: new Date(now.getTime() + liveSeconds * 1000) })
    .where('pool_id', '=', key.poolId)
    .where('model', '=', key.model)
    .where('id_hash', '=', hashOf(ctx, key))
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** For the statement that issues the tokens of a code. */
export const redemptionOf = (ctx: Context, code: RecordKey, keepSeconds: number): Redemption => ({
  hash: hashOf(ctx, code),
  keepUntil: new Date(ctx.clock.now().getTime() + keepSeconds * 1000),
})

/** Deletes the browser sessions of users, and the codes and approvals that no app has redeemed yet. */
export async function deleteSessionsOf(ctx: Context, poolId: string, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return
  await sql`
    delete from oauth_records
    where pool_id = ${poolId} and user_id = any(${userIds}::uuid[])
      and (model = 'Session'
        or model in ('AuthorizationCode', 'DeviceCode', 'BackchannelRequest') and consumed_at is null)`.execute(ctx.db)
}

/** Deletes a browser's session, and its codes that no app has redeemed yet. */
export async function deleteSession(ctx: Context, key: RecordKey & { model: 'Session' }): Promise<void> {
  await sql`
    with session as (
      delete from oauth_records where pool_id = ${key.poolId} and model = 'Session' and id_hash = ${hashOf(ctx, key)}
      returning session_id
    )
    delete from oauth_records r using session s
    where r.pool_id = ${key.poolId} and r.session_id = s.session_id
      and r.model = 'AuthorizationCode' and r.consumed_at is null`.execute(ctx.db)
}

export async function deleteRecord(ctx: Context, key: RecordKey): Promise<void> {
  await ctx.db
    .deleteFrom('oauth_records')
    .where('pool_id', '=', key.poolId)
    .where('model', '=', key.model)
    .where('id_hash', '=', hashOf(ctx, key))
    .execute()
}
