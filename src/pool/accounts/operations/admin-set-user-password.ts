import { UserNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { addNotices } from '../../notices/add-notices.ts'
import { checkPasswordHistory, preparePassword, storePassword } from '../../passwords/password.ts'
import { checkPasswordPolicy } from '../../passwords/password-policy.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { updateUser } from '../../users/user-store.ts'

export const adminSetUserPassword: Handler<'AdminSetUserPassword'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  checkPasswordPolicy(pool, input.Password, 'change')
  await checkPasswordHistory(ctx, pool, user.id, input.Password)

  const temporary = !input.Permanent
  const password = await preparePassword(ctx, pool, user, input.Password, { temporary })
  const now = ctx.clock.now()
  const notice = { userId: user.id, event: { kind: 'credential-change', by: 'admin' } } as const
  await ctx.db.transaction().execute(async (trx) => {
    const status = temporary ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED'
    const changed = await updateUser(trx, pool.id, user.id, { status }, now)
    if (!changed) throw new UserNotFound()
    await storePassword(trx, pool.id, user.id, password, now)
    await addNotices(ctx, trx, pool, notice)
  })
  return {}
}
