import type { Pool } from '../pools/pool.ts'
import { callerOf, type MaybeRequest } from './caller.ts'
import { maxPerUser, tracksSessions } from './session-config.ts'
import { evictSessions, noteUse } from './session-store.ts'

interface Session {
  originJti: string
  userId: string
}

/** Stores a new session. If there are too many, the least recently used ones end. */
export async function beginSession(
  ctx: MaybeRequest,
  pool: Pool,
  { originJti, userId }: Session,
  originSessionId?: string,
): Promise<void> {
  if (!tracksSessions(pool)) return
  const use = { ...callerOf(ctx), originSessionId, beginsFor: userId }
  await noteUse(ctx.db, { poolId: pool.id, originJti }, use, ctx.clock.now())
  // A statement of its own, so that of two at once the later sees both.
  await evictSessions(ctx.db, pool.id, { userId, keep: maxPerUser(pool) }, ctx.clock.now())
}

/** Stores that a session was refreshed. */
export async function noteSession(ctx: MaybeRequest, pool: Pool, originJti: string): Promise<void> {
  if (!tracksSessions(pool)) return
  await noteUse(ctx.db, { poolId: pool.id, originJti }, callerOf(ctx), ctx.clock.now())
}
