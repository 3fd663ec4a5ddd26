import type { Handler } from '../../handler.ts'
import { withNotices } from '../../notices/add-notices.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { updateUser } from '../../users/user-store.ts'

/** Tokens that ended when the user was disabled stay dead. */
export const adminEnableUser: Handler<'AdminEnableUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  const notice = { userId: user.id, event: { kind: 'account-enabled', by: 'admin' } } as const
  await withNotices(ctx, pool, notice, (db) => updateUser(db, pool.id, user.id, { enabled: true }, ctx.clock.now()))
  return {}
}
