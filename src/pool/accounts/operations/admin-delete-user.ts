import type { Handler } from '../../handler.ts'
import { addNotices } from '../../notices/add-notices.ts'
import { requirePool } from '../../pools/pool.ts'
import { eraseUser } from '../../users/erase-user.ts'
import { requireUser } from '../../users/user.ts'

export const adminDeleteUser: Handler<'AdminDeleteUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  const notice = { userId: user.id, event: { kind: 'account-purged', by: 'admin' } } as const
  await ctx.db.transaction().execute(async (trx) => {
    await addNotices(ctx, trx, pool, notice)
    await eraseUser(trx, pool.id, user.id)
  })
  return {}
}
