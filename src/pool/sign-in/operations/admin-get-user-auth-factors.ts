import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { authFactorsView } from '../auth-factors-view.ts'

export const adminGetUserAuthFactors: Handler<'AdminGetUserAuthFactors'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)
  return authFactorsView(ctx, { pool, user })
}
