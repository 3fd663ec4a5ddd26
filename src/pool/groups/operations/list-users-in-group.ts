import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import { readRecent } from '../../../store/read-replica.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { userView } from '../../users/user-view.ts'
import { requireGroup } from '../group.ts'
import { listMembers } from '../group-store.ts'

export const listUsersInGroup: Handler<'ListUsersInGroup'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const group = await requireGroup(ctx.db, pool.id, input.GroupName)
  const scope = `ListUsersInGroup ${pool.id} ${group.name}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined

  const limit = input.Limit || 60
  const users = await readRecent(ctx, (db) => listMembers(db, pool.id, group.name, { after, limit: limit + 1 }))
  const { items, next } = cutPage(users, limit, ({ id }) => id)
  return {
    Users: items.map((user) => userView(user)),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
