import { decodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requireClientOf } from '../client.ts'
import { secretView } from '../client-view.ts'
import { requireSecretOperations } from '../registration.ts'

/** A client has two secrets at most, so there is only one page. */
export const listUserPoolClientSecrets: Handler<'ListUserPoolClientSecrets'> = async (input, ctx) => {
  const { client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  requireSecretOperations(client)
  decodeCursor(ctx, `ListUserPoolClientSecrets ${client.id}`, input.NextToken)
  return { ClientSecrets: client.secrets.map((secret) => secretView(secret)) }
}
