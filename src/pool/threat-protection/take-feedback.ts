import type { Context } from '../../context.ts'
import { NotAuthorized, ResourceNotFound } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { giveFeedback } from './auth-event-store.ts'
import { isFeedbackToken } from './feedback-token.ts'
import { requireProtection } from './risk-config.ts'

export interface Feedback {
  userId: string
  eventId: string
  /** Whoever has it is authorised. */
  token: string
  value: 'Valid' | 'Invalid'
}

/** Stores the user's own report on an event; the last one counts. @throws what UpdateAuthEventFeedback declares */
export async function takeFeedback(ctx: Context, pool: Pool, { userId, eventId, token, value }: Feedback) {
  requireFeedbackToken(ctx, pool, { userId, eventId, token })
  const feedback = { value, provider: 'User', at: ctx.clock.now() }
  if (!(await giveFeedback(ctx.db, { poolId: pool.id, userId }, eventId, feedback)))
    throw new ResourceNotFound('The event does not exist.')
}

/** @throws UserPoolAddOnNotEnabledException, NotAuthorizedException */
export function requireFeedbackToken(
  ctx: Context,
  pool: Pool,
  { userId, eventId, token }: Pick<Feedback, 'userId' | 'eventId' | 'token'>,
): void {
  requireProtection(pool)
  if (!isFeedbackToken(ctx, { poolId: pool.id, userId, eventId }, token))
    throw new NotAuthorized('The feedback token is invalid or has expired.')
}
