import { toAttributeList } from '../../attributes/schema.ts'
import { readableAttributes } from '../../clients/client-rules.ts'
import type { Handler } from '../../handler.ts'
import { mfaView } from '../../mfa/mfa-view.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'

export const getUser: Handler<'GetUser'> = async (input, ctx) => {
  const { pool, client, user, mfa } = await requireAccessToken(ctx, input.AccessToken)

  return {
    Username: user.username,
    UserAttributes: toAttributeList(user, { readable: readableAttributes(pool, client) }),
    ...mfaView(mfa),
  }
}
