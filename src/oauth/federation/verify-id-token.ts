import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { Context } from '../../context.ts'
import { FederationError } from '../../pool/federation/federation-error.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { callEndpoint, jsonIn } from './call-endpoint.ts'

const byKeySet = ['RS', 'PS', 'ES'].flatMap((family) => [`${family}256`, `${family}384`, `${family}512`])
const bySecret = ['HS256', 'HS384', 'HS512']

/**
 * The claims of an ID token that the provider has signed for this very sign-in. Public keys are never used as secrets,
 * nor the secret as a key. @throws FederationError
 */
export async function verifyIdToken(
  ctx: Context,
  provider: IdentityProvider,
  token: string | undefined,
  { nonce, keySet }: { nonce: string; keySet: string | undefined },
): Promise<JWTPayload> {
  const { client_id, client_secret, oidc_issuer } = provider.details
  if (!token) throw new FederationError(`${provider.name} Error - the provider gave no id_token`)
  try {
    const { alg = '' } = decodeProtectedHeader(token)
    const options = {
      // Some issuers end in a slash that the settings leave out.
      issuer: [oidc_issuer!, `${oidc_issuer}/`],
      audience: client_id!,
      requiredClaims: ['exp', 'iat'],
      currentDate: ctx.clock.now(),
      clockTolerance: 60,
    }
    const secret = bySecret.includes(alg) && client_secret
    const { payload } = secret
      ? await jwtVerify(token, new TextEncoder().encode(secret), { ...options, algorithms: bySecret })
      : await jwtVerify(token, await keysOf(ctx, provider, keySet), { ...options, algorithms: byKeySet })
    const others = Array.isArray(payload.aud) && payload.aud.length > 1
    if ((others || payload.azp !== undefined) && payload.azp !== client_id)
      throw new FederationError('Bad id_token azp')
    if (payload.nonce !== nonce) throw new FederationError('Bad id_token nonce')
    return payload
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
      throw new FederationError(badClaim(error.claim, error.payload), undefined, { cause: error })
    if (error instanceof errors.JOSEError)
      throw new FederationError('Bad id_token signature', undefined, { cause: error })
    throw error
  }
}

const badClaim = (claim: string, payload: JWTPayload): string =>
  claim === 'iss' ? `Bad id_token issuer ${String(payload.iss).slice(0, 200)}` : `Bad id_token ${claim}`

/** Read each time, so that a withdrawn key is gone at once. */
async function keysOf(ctx: Context, provider: IdentityProvider, keySet: string | undefined) {
  if (!keySet) throw new FederationError(`${provider.name} Error - the provider has no key set`)
  const answer = await callEndpoint(ctx, provider, 'keys', keySet, {
    method: 'GET',
    headers: { accept: 'application/json' },
  })
  const document = answer.status === 200 ? jsonIn(answer) : undefined
  if (!document || !Array.isArray(document.keys))
    throw new FederationError(`${provider.name} Error - ${answer.status} error getting the key set`)
  return createLocalJWKSet(document as unknown as JSONWebKeySet)
}
