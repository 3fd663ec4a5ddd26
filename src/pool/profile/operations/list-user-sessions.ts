import type { Handler } from '../../handler.ts'
import { listSessions } from '../../sessions/user-sessions.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'

export const listUserSessions: Handler<'ListUserSessions'> = async (input, ctx) => {
  const { pool, user, originJti } = await requireAccessToken(ctx, input.AccessToken)
  return listSessions(ctx, { pool, user, nextToken: input.NextToken, current: originJti })
}
