import { GroupNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireOwnRole } from '../../pools/delivery-rules.ts'
import { requirePool } from '../../pools/pool.ts'
import { groupView } from '../group.ts'
import { updateGroup as update } from '../group-store.ts'

/**
 * Unlike other updates it keeps members that are left out: the published example names no role, and the answer has one.
 */
export const updateGroup: Handler<'UpdateGroup'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  requireOwnRole(ctx, input.RoleArn)
  const changes = { description: input.Description, precedence: input.Precedence, role_arn: input.RoleArn }
  const group = await update(ctx.db, pool.id, input.GroupName, changes, ctx.clock.now())
  if (!group) throw new GroupNotFound()
  return { Group: groupView(group) }
}
