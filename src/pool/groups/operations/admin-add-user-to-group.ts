import { GroupNotFound, InvalidParameter, UserNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { countGroupsOfUser, insertMember, lockGroup, lockMember } from '../group-store.ts'

/** A user who is in the group already stays in it, without an error. */
export const adminAddUserToGroup: Handler<'AdminAddUserToGroup'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  await ctx.db.transaction().execute(async (trx) => {
    if (!(await lockGroup(trx, pool.id, input.GroupName))) throw new GroupNotFound()
    if (!(await lockMember(trx, pool.id, user.id))) throw new UserNotFound()
    // The operation declares no LimitExceededException.
    const others = ctx.config.strict ? await countGroupsOfUser(trx, pool.id, user.id, input.GroupName) : 0
    if (others >= ctx.limits.groupsPerUser)
      throw new InvalidParameter(`A user can not be in more than ${ctx.limits.groupsPerUser} groups.`)
    await insertMember(trx, pool.id, input.GroupName, user.id, ctx.clock.now())
  })
  return {}
}
