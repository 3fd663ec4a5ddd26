import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { requireGroup } from '../group.ts'
import { deleteMember } from '../group-store.ts'

/** A user who is not in the group is no error. */
export const adminRemoveUserFromGroup: Handler<'AdminRemoveUserFromGroup'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  const group = await requireGroup(ctx.db, pool.id, input.GroupName)
  await deleteMember(ctx.db, pool.id, group.name, user.id)
  return {}
}
