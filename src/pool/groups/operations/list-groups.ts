import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { groupView } from '../group.ts'
import { listGroups as list } from '../group-store.ts'

export const listGroups: Handler<'ListGroups'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const scope = `ListGroups ${pool.id}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined

  const limit = input.Limit || 60
  const groups = await list(ctx.db, pool.id, { after, limit: limit + 1 })
  const { items, next } = cutPage(groups, limit, ({ name }) => name)
  return {
    Groups: items.map(groupView),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
