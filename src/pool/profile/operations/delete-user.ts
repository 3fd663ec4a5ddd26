import type { Handler } from '../../handler.ts'
import { addNotices } from '../../notices/add-notices.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { eraseUser } from '../../users/erase-user.ts'

export const deleteUser: Handler<'DeleteUser'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)

  const notice = { userId: user.id, event: { kind: 'account-purged', by: 'user' } } as const
  await ctx.db.transaction().execute(async (trx) => {
    await addNotices(ctx, trx, pool, notice)
    await eraseUser(trx, pool.id, user.id)
  })
  return {}
}
