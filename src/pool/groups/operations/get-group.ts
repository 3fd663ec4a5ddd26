import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { groupView, requireGroup } from '../group.ts'

export const getGroup: Handler<'GetGroup'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  return { Group: groupView(await requireGroup(ctx.db, pool.id, input.GroupName)) }
}
