import { ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { giveFeedback } from '../auth-event-store.ts'
import { isEventId } from '../event-id.ts'
import { requireProtection } from '../risk-config.ts'

export const adminUpdateAuthEventFeedback: Handler<'AdminUpdateAuthEventFeedback'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  requireProtection(pool)
  const user = await requireUser(ctx.db, pool, input.Username!)
  const feedback = { value: input.FeedbackValue!, provider: 'Admin', at: ctx.clock.now() }
  const owner = { poolId: pool.id, userId: user.id }
  if (!isEventId(input.EventId!) || !(await giveFeedback(ctx.db, owner, input.EventId!, feedback)))
    throw new ResourceNotFound('The event does not exist.')
  return {}
}
