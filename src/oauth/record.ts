import type { Context } from '../context.ts'
import type { User } from '../pool/users/user.ts'

/** What the engine stores: a request that waits for its user, a browser's session, a code. */
export type EngineModel = 'Interaction' | 'Session' | 'AuthorizationCode'

/**
 * And our own: a pushed request; a device's request, and the code that its user types; a backchannel authentication
 * request, and what its user is asked.
 */
export type RecordModel =
  | EngineModel
  | 'PushedAuthorizationRequest'
  | 'DeviceCode'
  | 'UserCode'
  | 'BackchannelRequest'
  | 'BackchannelApproval'

/** A record by the id that a browser or an app has for it. */
export interface RecordKey {
  poolId: string
  model: RecordModel
  id: string
}

/** A record as it was stored, which has not expired. */
export interface OAuthRecord extends RecordKey {
  payload: Record<string, unknown>
  expiresAt: Date
  consumedAt: Date | null
  /** The id that users are shown of a browser's session, where the record is one or came through one. */
  sessionId?: string
  user?: User
}

export interface NewRecord extends RecordKey {
  payload: Record<string, unknown>
  /** In seconds. */
  lifetime: number
  /** The client of a request, or the one that a session began with. */
  clientId?: string
  session?: SessionFacts
}

/** What users are shown of a browser's session. A code has only the id of its session. */
export interface SessionFacts {
  id: string
  address?: string | null
  device?: string | null
}

/** Ids are secrets that browsers and apps hold: only their keyed hash is stored. */
export const hashOf = (ctx: Context, { poolId, model, id }: RecordKey): Buffer =>
  ctx.keyring.mac('oauth-state', poolId, model, id)

export const sealOf = ({ poolId, model }: Omit<RecordKey, 'id'>, hash: Buffer): string =>
  `oauth_records:${poolId}:${model}:${hash.toString('hex')}`

/** A record as it is stored. */
export interface RecordRow {
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

export function rowOf(ctx: Context, record: NewRecord): RecordRow {
  const { poolId, model, payload, session } = record
  const hash = hashOf(ctx, record)
  const now = ctx.clock.now()
  const { accountId } = payload
  return {
    poolId,
    model,
    hash,
    userId: typeof accountId === 'string' ? accountId : null,
    sealed: ctx.keyring.seal(JSON.stringify(payload), sealOf(record, hash)),
    now,
    expiresAt: new Date(now.getTime() + record.lifetime * 1000),
    sessionId: session?.id ?? null,
    clientId: record.clientId ?? null,
    lastActiveAt: session ? now : null,
    address: session?.address ?? null,
    device: session?.device ?? null,
  }
}
