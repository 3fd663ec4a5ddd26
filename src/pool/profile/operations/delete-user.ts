import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { eraseUser } from '../../users/erase-user.ts'

export const deleteUser: Handler<'DeleteUser'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)

  await ctx.db.transaction().execute((trx) => eraseUser(trx, pool.id, user.id))
  return {}
}
