import type * as openid from 'openid-client'
import type { Context } from '../../context.ts'
import { FederationError } from '../../pool/federation/federation-error.ts'
import type { IdentityProvider } from '../../pool/identity-providers/identity-provider.ts'
import { providerPatience } from '../../pool/identity-providers/provider-call.ts'
import { socialKeySets } from '../../pool/identity-providers/social-providers.ts'
import { appleClientSecret } from './apple-client-secret.ts'
import { callEndpoint, jsonIn } from './call-endpoint.ts'

export type OpenId = typeof openid

/** Loaded with the first sign-in that needs it. */
export const loadOpenId = (): Promise<OpenId> => import('openid-client')

export interface OidcClient {
  configuration: openid.Configuration
  /**
   * The ID token beside the access token. We verify it, with the current key set, and accept issuers with a trailing
   * slash.
   */
  idToken?: string
}

/**
 * The provider as openid-client needs it: with the addresses of its settings, and calls by our rules for outbound
 * calls.
 */
export async function oidcClient(ctx: Context, client: OpenId, provider: IdentityProvider): Promise<OidcClient> {
  const { details } = provider
  const secret = await secretOf(ctx, provider)
  const configuration = new client.Configuration(
    {
      // A provider that is not an OpenID provider has no issuer; an answer that claims one is refused.
      issuer: details.oidc_issuer ?? new URL(details.authorize_url!).origin,
      authorization_endpoint: details.authorize_url!,
      token_endpoint: details.token_url!,
    },
    details.client_id!,
    {},
    secret ? client.ClientSecretPost(secret) : client.None(),
  )
  const own: OidcClient = { configuration }
  configuration[client.customFetch] = async (url, { method, headers, body }) => {
    const call = { method, headers: headers as Record<string, string>, body: body as URLSearchParams }
    const { id_token, ...answer } = await callToken(ctx, provider, url, call)
    own.idToken = typeof id_token === 'string' ? id_token : undefined
    return Response.json(answer)
  }
  // Our own limit is shorter, and its error is in the service's words.
  configuration.timeout = (2 * providerPatience) / 1000
  client.allowInsecureRequests(configuration)
  return own
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
): Promise<Record<string, unknown>> {
  // Facebook's endpoint takes its parameters in the address.
  const byAddress = provider.details.token_request_method === 'GET'
  const answer = byAddress
    ? await callEndpoint(ctx, provider, 'token', withQuery(url, body), {
        method: 'GET',
        headers: { accept: 'application/json' },
      })
    : await callEndpoint(ctx, provider, 'token', url, { method, headers, body: body.toString() })
  const document = jsonIn(answer) ?? {}
  if (answer.status !== 200) {
    const { error } = document
    const why = typeof error === 'string' && /^\w{1,64}$/.test(error) ? error : 'error getting token'
    throw new FederationError(`${provider.name} Error - ${answer.status} ${why}`)
  }
  return document
}

function withQuery(url: string, query: URLSearchParams): string {
  const address = new URL(url)
  for (const [name, value] of query) address.searchParams.set(name, value)
  return address.href
}
