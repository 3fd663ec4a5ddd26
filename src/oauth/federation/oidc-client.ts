import type * as openid from 'openid-client'
import type { Context } from '../../context.ts'
import { FederationError } from '../../pool/federation/federation-error.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { providerPatience } from '../../pool/identity-providers/provider-call.ts'
import { socialKeySets } from '../../pool/identity-providers/social-providers.ts'
import { appleClientSecret } from './apple-client-secret.ts'
import { callEndpoint, jsonIn } from './call-endpoint.ts'
import { acceptedAlgorithms } from './verify-id-token.ts'

export type OpenId = typeof openid

/** Loaded with the first sign-in that needs it. */
export const loadOpenId = (): Promise<OpenId> => import('openid-client')

/** The provider as openid-client knows one: its addresses are those of its settings, its calls go out by our rules. */
export async function oidcClient(
  ctx: Context,
  client: OpenId,
  provider: IdentityProvider,
): Promise<openid.Configuration> {
  const { details } = provider
  const secret = await secretOf(ctx, provider)
  const configuration = new client.Configuration(
    {
      // A provider that is none of OpenID Connect has no issuer; whoever says otherwise is not it.
      issuer: details.oidc_issuer ?? new URL(details.authorize_url!).origin,
      authorization_endpoint: details.authorize_url!,
      token_endpoint: details.token_url!,
      jwks_uri: keySetOf(provider),
      id_token_signing_alg_values_supported: acceptedAlgorithms,
    },
    details.client_id!,
    {
      [client.clockSkew]: Math.round((ctx.clock.now().getTime() - Date.now()) / 1000),
      [client.clockTolerance]: 60,
    },
    secret ? client.ClientSecretPost(secret) : client.None(),
  )
  configuration[client.customFetch] = (url, { method, headers, body }) =>
    callToken(ctx, provider, url, { method, headers: headers as Record<string, string>, body: body as URLSearchParams })
  // Our own limit is shorter, and has the words for it.
  configuration.timeout = (2 * providerPatience) / 1000
  client.allowInsecureRequests(configuration)
  return configuration
}

export const keySetOf = ({ type, details }: IdentityProvider): string | undefined =>
  details.jwks_uri ?? socialKeySets[type]

async function secretOf(ctx: Context, { type, details }: IdentityProvider): Promise<string | undefined> {
  return type === 'SignInWithApple' ? appleClientSecret(details, ctx.clock.now()) : details.client_secret
}

async function callToken(
  ctx: Context,
  provider: IdentityProvider,
  url: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: URLSearchParams },
): Promise<Response> {
  // Facebook's endpoint is asked by address.
  const byAddress = provider.details.token_request_method === 'GET'
  const answer = byAddress
    ? await callEndpoint(ctx, provider, 'token', withQuery(url, body), {
        method: 'GET',
        headers: { accept: 'application/json' },
      })
    : await callEndpoint(ctx, provider, 'token', url, { method, headers, body: body.toString() })
  if (answer.status !== 200) {
    const { error } = jsonIn(answer) ?? {}
    const why = typeof error === 'string' && /^\w{1,64}$/.test(error) ? error : 'error getting token'
    throw new FederationError(`${provider.name} Error - ${answer.status} ${why}`)
  }
  return new Response(new Uint8Array(answer.body), { status: 200, headers: { 'content-type': 'application/json' } })
}

function withQuery(url: string, query: URLSearchParams): string {
  const address = new URL(url)
  for (const [name, value] of query) address.searchParams.set(name, value)
  return address.href
}
