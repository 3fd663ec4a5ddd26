import { NotAuthorized } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { announceLogout } from '../back-channel-logout.ts'
import { requireAccessToken } from '../require-access-token.ts'
import { revokeAllTokens } from '../revocation-store.ts'

export const globalSignOut: Handler<'GlobalSignOut'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })

  await revokeAllTokens(ctx.db, pool.id, user.id, ctx.clock.now())
  await announceLogout(ctx, pool, { userId: user.id })
  return {}
}
