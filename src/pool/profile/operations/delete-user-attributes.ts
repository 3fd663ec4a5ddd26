import { checkAttributes, requireKnown } from '../../attributes/schema.ts'
import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { updateProfile } from '../update-profile.ts'

export const deleteUserAttributes: Handler<'DeleteUserAttributes'> = async (input, ctx) => {
  const { pool, client, user } = await requireAccessToken(ctx, input.AccessToken)

  const names = input.UserAttributeNames!
  requireKnown(pool, names)

  const removals = names.map((Name) => ({ Name, Value: '' }))
  await updateProfile(ctx, pool, user, checkAttributes(pool, removals, { creating: false, writer: client }))
  return {}
}
