import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../user.ts'
import { userView } from '../user-view.ts'

export const adminGetUser: Handler<'AdminGetUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  const { Attributes, ...view } = userView(user)
  return { ...view, Username: user.username, UserAttributes: Attributes }
}
