import type { InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { InvalidParameter, UnsupportedOperation } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { allowedFlows } from '../clients/client-rules.ts'
import { checkSecretHash } from '../clients/secret-hash.ts'
import type { Pool } from '../pools/pool.ts'
import { refreshTokenHash } from '../tokens/refresh-token.ts'
import { refreshTokens } from '../tokens/refresh-tokens.ts'
import { findRefreshToken } from '../tokens/token-store.ts'
import { requireParameters } from './flows.ts'
import type { Responses } from './sign-in.ts'
import { authenticationResult } from './step-answer.ts'

export const isRefresh = (flow: string): boolean => flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN'

/** The flow that is no sign-in: tokens for one that has been. @throws what InitiateAuth declares */
export async function refresh(
  ctx: Context,
  owner: { pool: Pool; client: Client },
  parameters: Responses,
): Promise<InitiateAuthResponse> {
  const { pool, client } = owner
  if (!allowedFlows(client).has('ALLOW_REFRESH_TOKEN_AUTH'))
    throw new InvalidParameter('Auth flow not enabled for this client')
  if (client.settings.RefreshTokenRotation?.Feature === 'ENABLED')
    throw new UnsupportedOperation('REFRESH_TOKEN_AUTH is not supported for clients whose refresh tokens rotate.')
  requireParameters(parameters, ['REFRESH_TOKEN'])
  const refreshToken = parameters.REFRESH_TOKEN!

  // There is no USERNAME in this call: the hash is over the real one of the token's owner, never an alias.
  if (client.secrets.length > 0) {
    const found = await findRefreshToken(ctx.db, pool.id, refreshTokenHash(ctx, pool.id, refreshToken))
    checkSecretHash(client, found?.user.username ?? '', parameters.SECRET_HASH)
  }
  const deviceKey = parameters.DEVICE_KEY
  const tokens = await refreshTokens(ctx, { ...owner, refreshToken, deviceKey, surface: 'api' })
  return { ChallengeParameters: {}, AuthenticationResult: authenticationResult(tokens) }
}
