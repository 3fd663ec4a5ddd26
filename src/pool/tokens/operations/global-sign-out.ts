import { NotAuthorized } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { withNotices } from '../../notices/add-notices.ts'
import { requireAccessToken } from '../require-access-token.ts'
import { revokeAllTokens } from '../revocation-store.ts'

export const globalSignOut: Handler<'GlobalSignOut'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })

  const notice = { userId: user.id, event: { kind: 'session-revoked', by: 'user' } } as const
  await withNotices(ctx, pool, notice, (db) => revokeAllTokens(db, pool.id, user.id, ctx.clock.now()))
  return {}
}
