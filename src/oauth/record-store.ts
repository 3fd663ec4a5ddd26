import { sql } from 'kysely'
import type { Context } from '../context.ts'

/** What the engine keeps: a request that waits for its user, a browser's session, a code. */
export type RecordModel = 'Interaction' | 'Session' | 'AuthorizationCode'

export interface OAuthRecord {
  payload: Record<string, unknown>
  expiresAt: Date
  consumedAt: Date | null
}

/** What users are shown of a browser's session; of a code, only the session that it came through. */
export interface SessionFacts {
  id: string
  clientId?: string
  address?: string | null
  device?: string | null
}

/** Ids are secrets of browsers and apps: here is only their keyed hash. */
function hashOf(ctx: Context, poolId: string, model: RecordModel, id: string): Buffer {
  return ctx.keyring.mac('oauth-state', poolId, model, id)
}

const sealOf = (poolId: string, model: RecordModel, hash: Buffer): string =>
  `oauth_records:${poolId}:${model}:${hash.toString('hex')}`

export async function putRecord(
  ctx: Context,
  poolId: string,
  model: RecordModel,
  id: string,
  payload: Record<string, unknown>,
  lifetime: number,
  session?: SessionFacts,
): Promise<void> {
  const hash = hashOf(ctx, poolId, model, id)
  const now = ctx.clock.now()
  const expiresAt = new Date(now.getTime() + lifetime * 1000)
  const sealed = ctx.keyring.seal(JSON.stringify(payload), sealOf(poolId, model, hash))
  const { accountId } = payload
  await ctx.db
    .insertInto('oauth_records')
    .values({
      pool_id: poolId,
      model,
      id_hash: hash,
      user_id: typeof accountId === 'string' ? accountId : null,
      sealed,
      created_at: now,
      expires_at: expiresAt,
      session_id: session?.id,
      client_id: session?.clientId,
      last_active_at: session && now,
      last_address: session?.address,
      last_device: session?.device,
    })
    .onConflict((conflict) =>
      conflict.columns(['pool_id', 'model', 'id_hash']).doUpdateSet({ sealed, expires_at: expiresAt }),
    )
    .execute()
}

/** Undefined once it has expired. */
export async function findRecord(
  ctx: Context,
  poolId: string,
  model: RecordModel,
  id: string,
): Promise<OAuthRecord | undefined> {
  const hash = hashOf(ctx, poolId, model, id)
  const row = await ctx.db
    .selectFrom('oauth_records')
    .select(['sealed', 'expires_at', 'consumed_at'])
    .where('pool_id', '=', poolId)
    .where('model', '=', model)
    .where('id_hash', '=', hash)
    .executeTakeFirst()
  if (!row || row.expires_at <= ctx.clock.now()) return undefined
  const payload = JSON.parse(ctx.keyring.open(row.sealed, sealOf(poolId, model, hash)).toString())
  return { payload, expiresAt: row.expires_at, consumedAt: row.consumed_at }
}

/** Of several at once, only one is told that it was the first. The record stays for `keep` seconds, to know a replay by. */
export async function consumeRecord(
  ctx: Context,
  poolId: string,
  model: RecordModel,
  id: string,
  keep: number,
): Promise<boolean> {
  const now = ctx.clock.now()
  const { rows } = await sql`
    update oauth_records set consumed_at = ${now}, expires_at = ${new Date(now.getTime() + keep * 1000)}
    where pool_id = ${poolId} and model = ${model} and id_hash = ${hashOf(ctx, poolId, model, id)}
      and consumed_at is null and expires_at > ${now}
    returning 1`.execute(ctx.db)
  return rows.length === 1
}

/** Ends what users are signed in to with their browsers. */
export async function deleteSessionsOf(ctx: Context, poolId: string, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return
  await ctx.db
    .deleteFrom('oauth_records')
    .where('pool_id', '=', poolId)
    .where('model', '=', 'Session')
    .where('user_id', 'in', userIds)
    .execute()
}

export async function deleteRecord(ctx: Context, poolId: string, model: RecordModel, id: string): Promise<void> {
  await ctx.db
    .deleteFrom('oauth_records')
    .where('pool_id', '=', poolId)
    .where('model', '=', model)
    .where('id_hash', '=', hashOf(ctx, poolId, model, id))
    .execute()
}
