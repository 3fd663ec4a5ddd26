import { ResourceNotFound, Unauthorized } from '../../../model/errors.ts'
import { assumeClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { authenticateClient } from '../client-authentication.ts'
import { revokeRefreshToken } from '../revoke-refresh-token.ts'

export const revokeToken: Handler<'RevokeToken'> = async (input, ctx) => {
  // The operation declares neither ResourceNotFoundException nor NotAuthorizedException.
  const { client } = await assumeClient(ctx, input.ClientId!).catch(asUnauthorized)
  authenticateClient(client, input.ClientSecret, Unauthorized)

  await revokeRefreshToken(ctx, client, input.Token!)
  return {}
}

function asUnauthorized(error: unknown): never {
  throw error instanceof ResourceNotFound ? new Unauthorized(error.message) : error
}
