import { ServiceError } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import type { User } from '../users/user.ts'
import type { AuthEvent } from './auth-event.ts'
import { putEvent } from './auth-event-store.ts'
import { logActivity } from './log-activity.ts'

const retention = 2 * 365 * 86_400_000

/** Keeps an event for two years, as long as its user. What can't be recorded is logged, and stops nobody. */
export async function recordEvent(ctx: MaybeRequest, pool: Pool, user: User, event: AuthEvent): Promise<void> {
  const expiresAt = new Date(event.createdAt.getTime() + retention)
  try {
    logActivity(ctx, pool, user, event)
    await putEvent(ctx.db, { poolId: pool.id, userId: user.id }, event, expiresAt)
  } catch (error) {
    if (error instanceof ServiceError) throw error
    ctx.log.error({ err: error, userPoolId: pool.id }, 'an event was not recorded')
  }
}
