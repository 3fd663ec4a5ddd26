import { refreshTokens } from '../../pool/tokens/refresh-tokens.ts'
import { OAuthError } from '../oauth-error.ts'
import { type Grant, userTokens } from './grant.ts'

/**
 * Tokens of both surfaces: those of the JSON API are refreshed here as well, unless they belong to a tracked device.
 */
export const refreshToken: Grant = async (ctx, { pool, client, form, confirmation, isByKey }) => {
  const token = form.get('refresh_token')
  if (!token) throw new OAuthError('invalid_request')
  if (client.settings.AllowedOAuthFlows?.includes('client_credentials')) throw new OAuthError('unauthorized_client')

  const tokens = await refreshTokens(ctx, {
    pool,
    client,
    refreshToken: token,
    confirmation,
    mayRebind: isByKey,
    surface: 'oauth',
  })
  return userTokens(tokens, confirmation)
}
