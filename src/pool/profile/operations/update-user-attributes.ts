import { checkAttributes } from '../../attributes/schema.ts'
import type { Handler } from '../../handler.ts'
import { awaitFirstAttempt, codeDelivery } from '../../messages/send.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { updateProfile } from '../update-profile.ts'

export const updateUserAttributes: Handler<'UpdateUserAttributes'> = async (input, ctx) => {
  const { pool, client, user } = await requireAccessToken(ctx, input.AccessToken)
  const changes = checkAttributes(pool, input.UserAttributes!, { creating: false, writer: client })

  const from = { clientId: client.id, clientMetadata: input.ClientMetadata }
  const sent = await updateProfile(ctx, pool, user, changes, from)
  await Promise.all(sent.map(({ messageId }) => awaitFirstAttempt(ctx, messageId)))
  return { CodeDeliveryDetailsList: sent.map(({ attribute, value }) => codeDelivery(attribute, value)) }
}
