import type { Handler } from '../../handler.ts'
import { addNotices } from '../../notices/add-notices.ts'
import { requirePool } from '../../pools/pool.ts'
import { revokeAllTokens } from '../../tokens/revocation-store.ts'
import { requireUser } from '../../users/user.ts'
import { updateUser } from '../../users/user-store.ts'

/** Ends every session as well, for good: enabling the user again brings none of them back. */
export const adminDisableUser: Handler<'AdminDisableUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  const now = ctx.clock.now()
  const notice = { userId: user.id, event: { kind: 'account-disabled', by: 'admin' } } as const
  await ctx.db.transaction().execute(async (trx) => {
    await addNotices(ctx, trx, pool, notice)
    await updateUser(trx, pool.id, user.id, { enabled: false }, now)
    await revokeAllTokens(trx, pool.id, user.id, now)
  })
  return {}
}
