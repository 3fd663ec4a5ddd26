import type { Handler } from '../../handler.ts'
import { revokeSession } from '../../sessions/user-sessions.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'

export const revokeUserSession: Handler<'RevokeUserSession'> = async (input, ctx) => {
  const { pool, user, originJti } = await requireAccessToken(ctx, input.AccessToken)
  const linked = input.RevokeAssociatedSessions === 'LINKED'
  await revokeSession(ctx, { pool, user, id: input.SessionId!, linked, current: originJti })
  return {}
}
