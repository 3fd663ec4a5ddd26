import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { announceLogout } from '../back-channel-logout.ts'
import { revokeAllTokens } from '../revocation-store.ts'

export const adminUserGlobalSignOut: Handler<'AdminUserGlobalSignOut'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)

  await revokeAllTokens(ctx.db, pool.id, user.id, ctx.clock.now())
  await announceLogout(ctx, pool, { userId: user.id })
  return {}
}
