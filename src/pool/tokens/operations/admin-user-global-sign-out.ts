import type { Handler } from '../../handler.ts'
import { withNotices } from '../../notices/add-notices.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { revokeAllTokens } from '../revocation-store.ts'

export const adminUserGlobalSignOut: Handler<'AdminUserGlobalSignOut'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)

  const notice = { userId: user.id, event: { kind: 'session-revoked', by: 'admin' } } as const
  await withNotices(ctx, pool, notice, (db) => revokeAllTokens(db, pool.id, user.id, ctx.clock.now()))
  return {}
}
