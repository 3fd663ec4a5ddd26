import type { Context } from '../../context.ts'
import { type Client, findClient } from '../../pool/clients/client.ts'
import { isDocumentUrl } from '../../pool/clients/client-document.ts'
import { checkClientSecret } from '../../pool/clients/secret-hash.ts'
import { findPoolByHost } from '../../pool/domains/pool-of-host.ts'
import { findPool } from '../../pool/pools/pool.ts'
import { listed, quoted, type Refused } from './hint.ts'
import { clientHint, poolHint } from './subject-hint.ts'
import { tokenHint } from './token-hint.ts'

const poolPath = /^\/([a-z]{2}(?:-[a-z]+)+-\d_[0-9a-zA-Z]{1,55})(?=\/|$)/

/** A hint for a refused request to the OAuth endpoints or to the pages that apps redirect browsers to. */
export async function oauthHint(ctx: Context, refused: Refused): Promise<string | undefined> {
  const { path, query, host, headers } = refused
  const named = poolPath.exec(path)?.[1]
  if (named !== undefined && !(await findPool(ctx, named))) return poolHint(ctx, named)
  const poolId = named ?? (await findPoolByHost(ctx, host))?.id
  if (poolId === undefined) return undefined
  const route = path.replace(poolPath, '').toLowerCase().replace(/\/$/, '')
  if (route === '/oauth2/userinfo')
    return tokenHint(ctx, headers.authorization?.replace(/^(Bearer|DPoP) +/i, ''), 'openid')
  if (route === '/logout' && !query.has('logout_uri') && query.has('id_token_hint'))
    return 'The id_token_hint is an ID token of this pool that the app got, also an expired one, and post_logout_redirect_uri is one of the LogoutURLs of its client.'
  return requestHint(ctx, refused, poolId, route)
}

/** For a request that names its client. */
async function requestHint(ctx: Context, refused: Refused, poolId: string, route: string): Promise<string | undefined> {
  const { query, headers, facts } = refused
  const parameters = facts.form ?? new Map(query)
  const basic = basicCredentials(headers.authorization)
  const clientId = basic?.id ?? parameters.get('client_id')
  // It names the client itself, and is refused for what is signed.
  if (parameters.has('client_assertion') || isDocumentUrl(clientId)) return undefined
  if (clientId === undefined)
    return facts.form || query.size > 0
      ? 'The request has no client_id.'
      : 'The request has no parameters: this endpoint takes a form (application/x-www-form-urlencoded).'
  const missing = await clientHint(ctx, clientId, poolId)
  if (missing) return missing
  const { client } = (await findClient(ctx, clientId))!
  if (facts.form) {
    const wrongSecret = secretHint(client, basic?.secret ?? parameters.get('client_secret'))
    if (wrongSecret || route !== '/oauth2/token') return wrongSecret
    return tokenRequestHint(client, parameters, errorOf(refused))
  }
  return pageRequestHint(client, query, route, errorOf(refused))
}

/** For a browser that an app has redirected here. */
function pageRequestHint(
  { id, settings }: Client,
  query: URLSearchParams,
  route: string,
  error: string | undefined,
): string | undefined {
  const { CallbackURLs = [], LogoutURLs = [], AllowedOAuthFlows = [], AllowedOAuthScopes = [] } = settings
  const isLogout = route === '/logout' && query.has('logout_uri')
  const uri = query.get(isLogout ? 'logout_uri' : 'redirect_uri')
  const [member, registered] = isLogout ? ['LogoutURLs', LogoutURLs] : ['CallbackURLs', CallbackURLs]
  if (uri !== null && !registered.includes(uri))
    return `${quoted(uri)} is not among the ${member} of client ${id}. ${listed(registered, 'There are none.')}${almost(uri, registered)}`
  if (!settings.AllowedOAuthFlowsUserPoolClient)
    return `Client ${id} has AllowedOAuthFlowsUserPoolClient off: no app may send browsers here for it.`
  const type = query.get('response_type')
  const flow = type === 'token' ? 'implicit' : 'code'
  if (type !== null && !AllowedOAuthFlows.includes(flow))
    return `response_type=${quoted(type)} needs ${flow} among the AllowedOAuthFlows of client ${id}. ${listed(AllowedOAuthFlows, 'It has none.')}`
  const scope = (query.get('scope') ?? '')
    .split(/[ +]/)
    .find((name) => name !== '' && !AllowedOAuthScopes.includes(name))
  if (scope !== undefined && error !== 'login_required')
    return `The scope ${quoted(scope)} is not among the AllowedOAuthScopes of client ${id}. ${listed(AllowedOAuthScopes, 'It has none.')}`
  return undefined
}

/** A registered address that differs only in details that are easy to overlook. */
function almost(uri: string, registered: readonly string[]): string {
  const near = registered.find((one) => plain(one) === plain(uri))
  if (near === undefined) return ''
  return ' They are compared letter by letter: scheme, host, port and the slash at the end count.'
}

const plain = (uri: string) =>
  uri
    .toLowerCase()
    .replace(/^https?:/, '')
    .replace(/127\.0\.0\.1|\[::1\]/, 'localhost')
    .replace(/:\d+(?=\/|$)/, '')
    .replace(/\/$/, '')

/** For an app that requests tokens. */
function tokenRequestHint(
  client: Client,
  form: ReadonlyMap<string, string>,
  error: string | undefined,
): string | undefined {
  const { AllowedOAuthFlows = [] } = client.settings
  const grant = form.get('grant_type')
  if (grant === undefined) return 'The request has no grant_type.'
  const flow = grant === 'authorization_code' ? 'code' : grant
  if (flow !== 'code' && flow !== 'client_credentials') return undefined
  if (!AllowedOAuthFlows.includes(flow))
    return `grant_type=${grant} needs ${flow} among the AllowedOAuthFlows of client ${client.id}. ${listed(AllowedOAuthFlows, 'It has none.')}`
  return flow === 'code' ? codeHint(client, form, error) : scopesHint(client, form.get('scope'))
}

function secretHint(client: Client, secret: string | undefined): string | undefined {
  const { id, secrets, extensions } = client
  const method = extensions?.Standards?.TokenEndpointAuthMethod
  const byCertificate = method?.includes('tls') && !secret
  if (method !== undefined)
    return byCertificate ? undefined : `Client ${id} authenticates by ${method}, and by nothing else.`
  if (secrets.length > 0 && !secret)
    return `Client ${id} has a secret, and the request has none: send it by HTTP Basic or as client_secret.`
  if (secrets.length === 0 && secret) return `Client ${id} has no secret: it is a public client, send client_id alone.`
  return secret && !checkClientSecret(client, secret) ? `The secret is not one of client ${id}.` : undefined
}

function codeHint(
  { settings: { CallbackURLs = [] } }: Client,
  form: ReadonlyMap<string, string>,
  error: string | undefined,
): string {
  const absent = ['code', 'redirect_uri'].find((name) => !form.has(name))
  if (absent) return `The request has no ${absent}.`
  const uri = form.get('redirect_uri')!
  if (!CallbackURLs.includes(uri) || error === 'unauthorized_client')
    return `The redirect_uri ${quoted(uri)} is not the one that the code was asked for with. Of the CallbackURLs: ${listed(CallbackURLs, 'there are none.')}${almost(uri, CallbackURLs)}`
  const verifier = form.has('code_verifier') ? '' : ' (this request has no code_verifier)'
  return `A code is good once, for five minutes, for the client and the redirect_uri that asked for it, and with the code_verifier of its code_challenge${verifier}.`
}

function scopesHint({ id, settings }: Client, scope: string | undefined): string | undefined {
  const allowed = settings.AllowedOAuthScopes ?? []
  const wrong = scope?.split(' ').find((name) => !allowed.includes(name))
  if (wrong === undefined) return undefined
  return `The scope ${quoted(wrong)} is not among the AllowedOAuthScopes of client ${id}. ${listed(allowed, 'It has none.')}`
}

function basicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header ?? '')?.[1]
  const [id, ...secret] = encoded ? Buffer.from(encoded, 'base64').toString().split(':') : []
  return id ? { id: decoded(id), secret: decoded(secret.join(':')) } : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** The error code in a JSON body, or in the address that the browser is redirected to. */
export function errorOf({ body, location }: Pick<Refused, 'body' | 'location'>): string | undefined {
  const sentBack = location && /[?&#]error=([\w.]{1,60})/.exec(location)?.[1]
  if (sentBack) return sentBack
  const inBody = typeof body === 'string' && body.length < 4096 && /"error" *: *"([\w.]{1,60})"/.exec(body)?.[1]
  return inBody || undefined
}
