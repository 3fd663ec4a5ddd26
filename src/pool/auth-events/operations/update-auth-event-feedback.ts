import { NotAuthorized, ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireProtection } from '../../risk/risk-config.ts'
import { findUser } from '../../users/user.ts'
import { giveFeedback } from '../auth-event-store.ts'
import { isFeedbackToken } from '../feedback-token.ts'

/** Only the token lets anybody in: a name without a user is refused like a token that is wrong. */
export const updateAuthEventFeedback: Handler<'UpdateAuthEventFeedback'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  requireProtection(pool)
  const user = await findUser(ctx.db, pool, input.Username!)
  const about = { poolId: pool.id, userId: user?.id ?? '', eventId: input.EventId! }
  if (!isFeedbackToken(ctx, about, input.FeedbackToken!) || !user)
    throw new NotAuthorized('The feedback token is invalid or has expired.')
  const feedback = { value: input.FeedbackValue!, provider: 'User', at: ctx.clock.now() }
  if (!(await giveFeedback(ctx.db, about, about.eventId, feedback)))
    throw new ResourceNotFound('The event does not exist.')
  return {}
}
