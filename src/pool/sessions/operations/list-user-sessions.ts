import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { listSessions } from '../user-sessions.ts'

export const listUserSessions: Handler<'ListUserSessions'> = async (input, ctx) => {
  const { pool, user, originJti } = await requireAccessToken(ctx, input.AccessToken)
  return listSessions(ctx, { pool, user, nextToken: input.NextToken, current: originJti })
}
