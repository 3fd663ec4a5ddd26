import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { findUser } from '../../users/user.ts'
import { requireProtection } from '../risk-config.ts'
import { takeFeedback } from '../take-feedback.ts'

/** Only the token lets anybody in: a name without a user is refused like a token that is wrong. */
export const updateAuthEventFeedback: Handler<'UpdateAuthEventFeedback'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  requireProtection(pool)
  const user = await findUser(ctx.db, pool, input.Username!)
  const { EventId: eventId, FeedbackToken: token, FeedbackValue: value } = input
  await takeFeedback(ctx, pool, { userId: user?.id ?? '', eventId: eventId!, token: token!, value: value! })
  return {}
}
