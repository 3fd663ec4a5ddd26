import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { eraseUser } from '../../users/erase-user.ts'
import { requireUser } from '../../users/user.ts'

export const adminDeleteUser: Handler<'AdminDeleteUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  await ctx.db.transaction().execute((trx) => eraseUser(trx, pool.id, user.id))
  return {}
}
