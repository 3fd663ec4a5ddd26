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

/** Where the browser goes, and what its answer will have to fit. */
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
    // Apple tells who somebody is by nothing but a form.
    ...(type === 'SignInWithApple' && scope.length > 0 && { response_mode: 'form_post' }),
    ...hints(pool, provider, parameters),
  })
  return { url: actualUrl(ctx, url), trip: { nonce, verifier } }
}

/** What the app asked for that is the provider's to do. */
function hints(pool: Pool, provider: IdentityProvider, parameters: Record<string, string>): Record<string, string> {
  const prompt = (parameters.prompt ?? '').split(' ').filter((name) => name !== '' && name !== 'none')
  const acr = requestedAcr(pool, provider, parameters.acr_values)
  return {
    ...(prompt.length > 0 && { prompt: prompt.join(' ') }),
    // Whom the app has in mind is not for the social providers to know.
    ...(provider.type === 'OIDC' && parameters.login_hint && { login_hint: parameters.login_hint }),
    ...(acr && { acr_values: acr }),
  }
}

/** Whom an answer is about. `answer` are its parameters, which anybody may have made up. @throws FederationError */
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
  const told = await readProfile(ctx, provider, tokens.access_token)
  // Somebody else's profile is nobody's.
  const stranger = withIdToken && told.sub !== undefined && told.sub !== idToken.sub
  const userInfo = { ...(stranger ? {} : told), ...(provider.type === 'SignInWithApple' && appleName(answer)) }
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
  // Read in lower case; there is no other type.
  const said = { tokenResponse: { ...tokens, token_type: 'Bearer', id_token }, idToken, userInfo }
  return { provider, claims, issuer: null, said, level, methods }
}

/** The provider's own refusal goes to the app as it is, if it looks like one. */
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

/** Apple says a name once, beside the code, when somebody first comes. */
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
