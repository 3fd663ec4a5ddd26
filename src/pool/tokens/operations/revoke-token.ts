import { Unauthorized } from '../../../model/errors.ts'
import { findClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { authenticateClient } from '../client-authentication.ts'
import { revokeRefreshToken } from '../revoke-refresh-token.ts'

export const revokeToken: Handler<'RevokeToken'> = async (input, ctx) => {
  // The operation declares neither ResourceNotFoundException nor NotAuthorizedException.
  const found = await findClient(ctx, input.ClientId!)
  if (!found) throw new Unauthorized(`User pool client ${input.ClientId} does not exist.`)
  authenticateClient(found.client, input.ClientSecret, Unauthorized)

  await revokeRefreshToken(ctx, found.client, input.Token!)
  return {}
}
