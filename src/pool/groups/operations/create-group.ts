import { GroupExists, LimitExceeded } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireOwnRole } from '../../pools/delivery-rules.ts'
import { requirePool } from '../../pools/pool.ts'
import { groupView } from '../group.ts'
import { countGroups, insertGroup } from '../group-store.ts'

export const createGroup: Handler<'CreateGroup'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  requireOwnRole(ctx, input.RoleArn)
  if (ctx.config.strict && (await countGroups(ctx.db, pool.id)) >= ctx.limits.groupsPerPool)
    throw new LimitExceeded('The maximum number of groups of the user pool is reached.')

  const settings = {
    description: input.Description ?? null,
    precedence: input.Precedence ?? null,
    role_arn: input.RoleArn ?? null,
  }
  const group = await insertGroup(ctx.db, pool.id, input.GroupName, settings, ctx.clock.now())
  if (!group) throw new GroupExists()

  return { Group: groupView(group) }
}
