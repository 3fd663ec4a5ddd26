import { GroupNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { deleteGroup as remove } from '../group-store.ts'

export const deleteGroup: Handler<'DeleteGroup'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  if (!(await remove(ctx.db, pool.id, input.GroupName))) throw new GroupNotFound()
  return {}
}
