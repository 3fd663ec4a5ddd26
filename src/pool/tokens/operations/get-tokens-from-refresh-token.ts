import { assumeClient } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { authenticateClient } from '../client-authentication.ts'
import { refreshTokens } from '../refresh-tokens.ts'

export const getTokensFromRefreshToken: Handler<'GetTokensFromRefreshToken'> = async (input, ctx) => {
  const { pool, client } = await assumeClient(ctx, input.ClientId!)
  authenticateClient(client, input.ClientSecret)

  const tokens = await refreshTokens(ctx, {
    pool,
    client,
    refreshToken: input.RefreshToken!,
    deviceKey: input.DeviceKey,
    surface: 'api',
    // The name under which the service lists this call.
    source: 'TokenGeneration_Authentication',
    clientMetadata: input.ClientMetadata,
  })
  return {
    AuthenticationResult: {
      AccessToken: tokens.accessToken,
      ExpiresIn: tokens.expiresIn,
      TokenType: 'Bearer',
      RefreshToken: tokens.refreshToken,
      IdToken: tokens.idToken,
    },
  }
}
