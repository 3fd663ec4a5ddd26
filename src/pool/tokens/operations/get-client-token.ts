import { InvalidParameter, NotAuthorized } from '../../../model/errors.ts'
import { requireClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { authenticateClient } from '../client-authentication.ts'
import { actsForItself, grantableScopes } from '../client-scopes.ts'
import { issueClientToken } from '../issue-client-token.ts'

export const getClientToken: Handler<'GetClientToken'> = async (input, ctx) => {
  const { pool, client } = await requireClient(ctx, input.ClientId!)
  authenticateClient(client, input.Secret)
  if (!actsForItself(client)) throw new NotAuthorized('CLIENT_TOKEN_AUTH is not enabled for the client.')

  const allowed = await grantableScopes(ctx, pool, client)
  const scopes = input.Scopes?.length ? [...new Set(input.Scopes)] : allowed
  const refused = scopes.find((scope) => !allowed.includes(scope))
  if (refused !== undefined) throw new InvalidParameter(`Scope ${refused} is not allowed for the client.`)

  const { accessToken, expiresIn } = await issueClientToken(ctx, { pool, client, scopes })
  return { ClientAuthenticationResult: { AccessToken: accessToken, ExpiresIn: expiresIn, TokenType: 'Bearer' } }
}
