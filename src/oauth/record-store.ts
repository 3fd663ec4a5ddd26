import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { User } from '../pool/users/user.ts'
import { toUser } from '../pool/users/user-store.ts'
import { compiled } from '../store/compiled.ts'

/** What the engine keeps: a request that waits for its user, a browser's session, a code. */
export type RecordModel = 'Interaction' | 'Session' | 'AuthorizationCode'

export interface OAuthRecord {
  payload: Record<string, unknown>
  expiresAt: Date
  consumedAt: Date | null
  user?: User
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
  await upsert(ctx.db, {
    poolId,
    model,
    hash,
    userId: typeof accountId === 'string' ? accountId : null,
    sealed,
    now,
    expiresAt,
    sessionId: session?.id ?? null,
    clientId: session?.clientId ?? null,
    lastActiveAt: session ? now : null,
    address: session?.address ?? null,
    device: session?.device ?? null,
  })
}

interface Row {
  poolId: string
  model: RecordModel
  hash: Buffer
  userId: string | null
  sealed: Buffer
  now: Date
  expiresAt: Date
  sessionId: string | null
  clientId: string | null
  lastActiveAt: Date | null
  address: string | null
  device: string | null
}

const upsert = compiled((db, row: Row) =>
  db
    .insertInto('oauth_records')
    .values({
      pool_id: row.poolId,
      model: row.model,
      id_hash: row.hash,
      user_id: row.userId,
      sealed: row.sealed,
      created_at: row.now,
      expires_at: row.expiresAt,
      session_id: row.sessionId,
      client_id: row.clientId,
      last_active_at: row.lastActiveAt,
      last_address: row.address,
      last_device: row.device,
    })
    .onConflict((conflict) =>
      conflict.columns(['pool_id', 'model', 'id_hash']).doUpdateSet({ sealed: row.sealed, expires_at: row.expiresAt }),
    ),
)

/** With whose it is, if anybody's. Undefined once it has expired. */
export async function findRecord(
  ctx: Context,
  poolId: string,
  model: RecordModel,
  id: string,
): Promise<OAuthRecord | undefined> {
  const hash = hashOf(ctx, poolId, model, id)
  const { rows } = await byHash(ctx.db, { poolId, model, hash })
  const row = rows[0]
  if (!row || row.record_ends <= ctx.clock.now()) return undefined
  const payload = JSON.parse(ctx.keyring.open(row.sealed, sealOf(poolId, model, hash)).toString())
  const user = row.id === null ? undefined : toUser(row)
  return { payload, expiresAt: row.record_ends, consumedAt: row.consumed_at, user }
}

type UserRow = Parameters<typeof toUser>[0]
type RecordRow = (UserRow | { [name in keyof UserRow]: null }) & {
  sealed: Buffer
  record_ends: Date
  consumed_at: Date | null
}

const byHash = compiled((db, { poolId, model, hash }: { poolId: string; model: RecordModel; hash: Buffer }) =>
  sql<RecordRow>`
      select r.sealed, r.expires_at as record_ends, r.consumed_at, users.*
      from oauth_records r left join users on users.pool_id = r.pool_id and users.id = r.user_id
      where r.pool_id = ${poolId} and r.model = ${model} and r.id_hash = ${hash}`.compile(db),
)

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
