import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { groupView } from '../group.ts'
import { listGroupsOfUser } from '../group-store.ts'

export const adminListGroupsForUser: Handler<'AdminListGroupsForUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  const scope = `AdminListGroupsForUser ${pool.id} ${user.id}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined

  const limit = input.Limit || 60
  const groups = await listGroupsOfUser(ctx.db, pool.id, user.id, { after, limit: limit + 1 })
  const { items, next } = cutPage(groups, limit, ({ name }) => name)
  return {
    Groups: items.map(groupView),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
