import type { InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter, UnsupportedOperation } from '../../model/errors.ts'
import { allowedFlows } from '../clients/client-rules.ts'
import type { MaybeOwned, Owner } from '../clients/owner.ts'
import { checkSecretHash } from '../clients/secret-hash.ts'
import { refreshTokens } from '../tokens/refresh-tokens.ts'
import { requireParameters } from './flows.ts'
import type { Responses } from './sign-in.ts'
import { authenticationResult } from './step-answer.ts'

export const isRefresh = (flow: string): boolean => flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN'

/** The flow that is not a sign-in: new tokens for a former one. @throws what InitiateAuth declares */
export async function refresh(ctx: MaybeOwned, owner: Owner, parameters: Responses): Promise<InitiateAuthResponse> {
  const { client } = owner
  if (!allowedFlows(client).has('ALLOW_REFRESH_TOKEN_AUTH'))
    throw new InvalidParameter('Auth flow not enabled for this client')
  if (client.settings.RefreshTokenRotation?.Feature === 'ENABLED')
    throw new UnsupportedOperation('REFRESH_TOKEN_AUTH is not supported for clients whose refresh tokens rotate.')
  requireParameters(parameters, ['REFRESH_TOKEN'])
  const { REFRESH_TOKEN, DEVICE_KEY: deviceKey, SECRET_HASH } = parameters
  const token = { refreshToken: REFRESH_TOKEN!, deviceKey, surface: 'api' } as const
  // This call has no USERNAME: the hash is over the real username of the token's user, never an alias.
  const authenticate = (username = '') => client.secrets.length > 0 && checkSecretHash(client, username, SECRET_HASH)
  const tokens = await refreshTokens(ctx, { ...owner, ...token, authenticate })
  return { ChallengeParameters: {}, AuthenticationResult: authenticationResult(tokens) }
}
