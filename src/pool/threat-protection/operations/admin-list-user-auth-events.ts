import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import { readRecent } from '../../../store/read-replica.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { eventView } from '../auth-event.ts'
import { listEvents } from '../auth-event-store.ts'
import { requireProtection } from '../risk-config.ts'

export const adminListUserAuthEvents: Handler<'AdminListUserAuthEvents'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  requireProtection(pool)
  const user = await requireUser(ctx.db, pool, input.Username!)
  const scope = `AdminListUserAuthEvents ${pool.id} ${user.id}`
  const position = decodeCursor(ctx, scope, input.NextToken) as [string, string] | undefined
  const after = position && { createdAt: new Date(position[0]), id: position[1] }

  const limit = input.MaxResults || 60
  const found = await readRecent(ctx, (db) => listEvents(db, { poolId: pool.id, userId: user.id }, limit + 1, after))
  const { items, next } = cutPage(found, limit, ({ createdAt, id }) => [createdAt.toISOString(), id])
  return {
    AuthEvents: items.map(eventView),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
