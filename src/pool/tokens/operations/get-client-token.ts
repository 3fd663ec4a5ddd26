import { InvalidParameter, NotAuthorized } from '../../../model/errors.ts'
import { requireClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { isFunctionError } from '../../triggers/call-trigger.ts'
import { authenticateClient } from '../client-authentication.ts'
import { grantableScopes, mayUseClientTokenAuth } from '../client-scopes.ts'
import { issueClientToken } from '../issue-client-token.ts'

export const getClientToken: Handler<'GetClientToken'> = async (input, ctx) => {
  const { pool, client } = await requireClient(ctx, input.ClientId!)
  authenticateClient(client, input.Secret)
  if (!mayUseClientTokenAuth(client)) throw new NotAuthorized('CLIENT_TOKEN_AUTH is not enabled for the client.')

  const allowed = await grantableScopes(ctx, pool, client)
  const scopes = input.Scopes?.length ? [...new Set(input.Scopes)] : allowed
  const refused = scopes.find((scope) => !allowed.includes(scope))
  if (refused !== undefined) throw new InvalidParameter(`Scope ${refused} is not allowed for the client.`)

  const asked = { pool, client, scopes, clientMetadata: input.ClientMetadata }
  const { accessToken, expiresIn } = await issueClientToken(ctx, asked).catch(asNotAuthorized)
  return { ClientAuthenticationResult: { AccessToken: accessToken, ExpiresIn: expiresIn, TokenType: 'Bearer' } }
}

// The operation declares none of the errors of functions.
function asNotAuthorized(error: unknown): never {
  throw isFunctionError(error) ? new NotAuthorized(error.message, error) : error
}
