import type { Context } from '../../context.ts'
import { randomToken } from '../../lib/ids.ts'
import { FederationError } from '../../pool/federation/federation-error.ts'
import type { Claims } from '../../pool/federation/map-attributes.ts'
import type { FederatedProfile } from '../../pool/federation/sign-in-federated.ts'
import { subjectClaim } from '../../pool/identity-providers/attribute-mapping.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { actualUrl } from '../../pool/identity-providers/provider-call.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { type AcrLevel, providerMethods } from '../../pool/tokens/proven.ts'
import { requestedAcr, returnedLevel } from './acr.ts'
import { keySetOf, loadOpenId, type OpenId, oidcClient } from './oidc-client.ts'
import { readProfile } from './read-profile.ts'
import type { Trip } from './trip.ts'
import { verifyIdToken } from './verify-id-token.ts'

const hasIdToken = ({ type }: IdentityProvider): boolean => type !== 'Facebook' && type !== 'LoginWithAmazon'

/** Where the browser goes, and what the answer will be checked against. */
export async function oidcDeparture(
  ctx: Context,
  pool: Pool,
  provider: IdentityProvider,
  { state, redirectUri, parameters }: { state: string; redirectUri: string; parameters: Record<string, string> },
): Promise<{ url: URL; trip: Pick<Trip, 'nonce' | 'verifier'> }> {
  const client = await loadOpenId()
  const { configuration } = await oidcClient(ctx, client, provider)
  const nonce = randomToken(32)
  const verifier = randomToken(32)
  const { type, details } = provider
  const scope = details.authorize_scopes!.split(/[\s,]+/).filter(Boolean)
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: scope.join(type === 'Facebook' ? ',' : ' '),
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(hasIdToken(provider) && { nonce }),
    // Apple sends profiles only by a form.
    ...(type === 'SignInWithApple' && scope.length > 0 && { response_mode: 'form_post' }),
    ...hints(pool, provider, parameters),
  })
  return { url: actualUrl(ctx, url), trip: { nonce, verifier } }
}

/** The app's parameters that are passed on to the provider. */
function hints(pool: Pool, provider: IdentityProvider, parameters: Record<string, string>): Record<string, string> {
  const prompt = (parameters.prompt ?? '').split(' ').filter((name) => name !== '' && name !== 'none')
  const acr = requestedAcr(pool, provider, parameters.acr_values)
  return {
    ...(prompt.length > 0 && { prompt: prompt.join(' ') }),
    // A login hint is none of the social providers' business.
    ...(provider.type === 'OIDC' && parameters.login_hint && { login_hint: parameters.login_hint }),
    ...(acr && { acr_values: acr }),
  }
}

/** The user that an answer is about. `answer` is its parameters, which anyone can make up. @throws FederationError */
export async function oidcArrival(
  ctx: Context,
  provider: IdentityProvider,
  { state, trip, redirectUri, answer }: { state: string; trip: Trip; redirectUri: string; answer: URLSearchParams },
): Promise<FederatedProfile> {
  refuseError(answer)
  const client = await loadOpenId()
  const own = await oidcClient(ctx, client, provider)
  const url = new URL(redirectUri)
  url.search = answer.toString()
  const issuer = provider.details.oidc_issuer
  if (issuer && answer.get('iss') === `${issuer}/`) url.searchParams.set('iss', issuer)
  const tokens = await client
    .authorizationCodeGrant(own.configuration, url, { expectedState: state, pkceCodeVerifier: trip.verifier })
    .catch((error) => {
      throw readable(client, error)
    })

  const withIdToken = hasIdToken(provider)
  const { idToken: id_token } = own
  const idToken: Claims = withIdToken
    ? await verifyIdToken(ctx, provider, id_token, { nonce: trip.nonce!, keySet: keySetOf(provider) })
    : {}
  const profile = await readProfile(ctx, provider, tokens.access_token)
  // The profile of another user is ignored.
  const isOther = withIdToken && profile.sub !== undefined && profile.sub !== idToken.sub
  const userInfo = { ...(isOther ? {} : profile), ...(provider.type === 'SignInWithApple' && appleName(answer)) }
  const claims = {
    ...userInfo,
    ...idToken,
    access_token: tokens.access_token,
    ...(id_token && { id_token }),
  }
  if (!withIdToken && !claims[subjectClaim(provider.type) as keyof typeof claims])
    throw new FederationError(`${provider.name} Error - the provider told nothing of the user`)
  const level: AcrLevel | undefined = returnedLevel(provider, idToken.acr)
  const methods = providerMethods(idToken.amr)
  // The type is always Bearer, in whatever case the provider writes it.
  const said = { tokenResponse: { ...tokens, token_type: 'Bearer', id_token }, idToken, userInfo }
  return { provider, claims, issuer: null, said, level, methods }
}

/** The provider's error goes to the app as it is, if it has the form of one. */
function refuseError(answer: URLSearchParams): void {
  const error = answer.get('error')
  if (error === null) return
  const description = (answer.get('error_description') || error).replace(/\p{C}/gu, ' ').slice(0, 500)
  throw new FederationError(description, /^[a-z_]{1,64}$/.test(error) ? error : 'invalid_request')
}

function readable(client: OpenId, error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof FederationError) return at
  if (!(error instanceof client.ClientError || error instanceof client.ResponseBodyError || error instanceof TypeError))
    return error
  return new FederationError('The answer of the identity provider is not valid', undefined, { cause: error })
}

/** Apple sends the name once, beside the code, at the user's first sign-in. */
function appleName(answer: URLSearchParams): Claims {
  try {
    const { firstName, lastName } = JSON.parse(answer.get('user') ?? '{}').name ?? {}
    const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 2048) : undefined)
    const both = [text(firstName), text(lastName)].filter(Boolean).join(' ')
    return {
      ...(text(firstName) && { firstName: text(firstName) }),
      ...(text(lastName) && { lastName: text(lastName) }),
      ...(both && { name: both }),
    }
  } catch {
    return {}
  }
}
