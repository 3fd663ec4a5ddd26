import type { Context, Db } from '../../context.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { insertNotices } from './notice-store.ts'

/** What an app is sent: the request that has been answered, and the token by which it knows the caller. */
interface Ping {
  authReqId: string
  token: string
}

export const pingSeal = (poolId: string, id: string): string => `notices ${poolId} ${id}`

/** Queues the ping of a backchannel authentication request, in the transaction that stores the user's answer. */
export async function addPing(
  ctx: Context,
  db: Db,
  { poolId, userId, clientId, expiresAt, ping }: Pinged & { ping: Ping },
): Promise<void> {
  const now = ctx.clock.now()
  const id = uuidv7(now)
  const sealed = ctx.keyring.seal(JSON.stringify(ping), pingSeal(poolId, id))
  const notice = { kind: 'backchannel-ping', userId, clientId } as const
  await insertNotices(db, [{ pool_id: poolId, id, notice, sealed, created_at: now, expires_at: expiresAt }])
}

interface Pinged {
  poolId: string
  userId: string
  clientId: string
  expiresAt: Date
}

export const openPing = (ctx: Context, poolId: string, id: string, sealed: Buffer): Ping =>
  JSON.parse(ctx.keyring.open(sealed, pingSeal(poolId, id)).toString())
