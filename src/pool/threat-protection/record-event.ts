import { ServiceError } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import type { User } from '../users/user.ts'
import type { AuthEvent, EventKind } from './auth-event.ts'
import { putEvent } from './auth-event-store.ts'
import { logActivity } from './log-activity.ts'

/** The events that the service publishes metrics of. */
const assessed = new Set<EventKind>(['SignIn', 'SignUp', 'PasswordChange'])

const retention = 2 * 365 * 86_400_000

/** Stores an event for two years, at most as long as its user. A failure to store it is logged and stops nobody. */
export async function recordEvent(ctx: MaybeRequest, pool: Pool, user: User, event: AuthEvent): Promise<void> {
  if (event.risk && assessed.has(event.kind)) {
    const { level, compromised, decision } = event.risk
    const owner = { poolId: pool.id, clientId: event.clientId ?? undefined }
    ctx.observe('risk', { ...owner, operation: event.kind, level, compromised, blocked: decision === 'Block' })
  }
  const expiresAt = new Date(event.createdAt.getTime() + retention)
  try {
    logActivity(ctx, pool, user, event)
    await putEvent(ctx.db, { poolId: pool.id, userId: user.id }, event, expiresAt)
  } catch (error) {
    if (error instanceof ServiceError) throw error
    ctx.log.error({ err: error, userPoolId: pool.id }, 'an event was not recorded')
  }
}
