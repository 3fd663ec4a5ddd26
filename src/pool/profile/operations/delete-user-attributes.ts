import { InvalidParameter } from '../../../model/errors.ts'
import { checkAttributes, schemaOf } from '../../attributes/schema.ts'
import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { updateProfile } from '../update-profile.ts'

export const deleteUserAttributes: Handler<'DeleteUserAttributes'> = async (input, ctx) => {
  const { pool, client, user } = await requireAccessToken(ctx, input.AccessToken)

  const names = input.UserAttributeNames!
  const schema = schemaOf(pool)
  const unknown = names.filter((name) => !schema.has(name))
  if (unknown.length > 0) {
    const faults = unknown.map((name) => `user.${name}: Attribute does not exist in the schema.\n`)
    throw new InvalidParameter(`Invalid user attributes: ${faults.join('')}`)
  }

  const removals = names.map((Name) => ({ Name, Value: '' }))
  await updateProfile(ctx, pool, user, checkAttributes(pool, removals, { creating: false, writer: client }))
  return {}
}
