import type { Context } from '../context.ts'
import { isOn, type StandardsPart } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { publicClientId } from '../pool/clients/client-document.ts'
import { allowedScopes } from '../pool/clients/client-rules.ts'
import { isFapi2, mustBind } from '../pool/clients/fapi2.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { customScopes, standardScopes } from '../pool/resource-servers/scopes.ts'
import { readIdTokenHint } from '../pool/tokens/id-token-hint.ts'
import type { AcrLevel } from '../pool/tokens/proven.ts'
import { parseRequestedClaims } from '../pool/tokens/standard-claims.ts'
import { requestedLevels } from './assurance.ts'
import { silentMode } from './engine-run.ts'
import { jwtModes, type Refusal } from './redirect.ts'
import { requestedIn } from './requested.ts'

/** A request of a known app on its way to the engine. */
interface Draft {
  ctx: Context
  pool: Pool
  client: Client
  /** As the app sent it. */
  query: URLSearchParams
  /** In the engine's terms: each check adds the parameters that it has checked. */
  engine: URLSearchParams
}

/** Redirects to the app with the error. */
export class RequestRefused extends Error implements Refusal {
  readonly error: string
  readonly description: string | undefined

  constructor(error: string, description?: string) {
    super(error)
    this.error = error
    this.description = description
  }
}

const invalid = (description: string) => new RequestRefused('invalid_request', description)

/**
 * The service's checks beyond the engine's, in the service's order, with its leniencies: no scope means all of the
 * client's, a nonce is ignored without openid, `prompt=consent` asks nobody. An implicit request runs as `none` and
 * gets its tokens afterwards.
 */
export const parameterChecks: Record<string, (draft: Draft) => void | Promise<void>> = {
  repetition({ query }) {
    const repeated = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1)
    if (repeated) throw invalid(`${repeated} must not be given twice`)
  },
  characters({ query }) {
    if ([...query.values()].some((value) => value.includes('\0'))) throw invalid('a parameter has a NUL in it')
  },
  request(draft) {
    const { query } = draft
    if (query.has('request'))
      throw new RequestRefused(has(draft, 'RequestObjects') ? 'invalid_request_object' : 'request_not_supported')
    if (query.has('request_uri') && !(isPushedUri(query) && has(draft, 'PushedAuthorizationRequests')))
      throw new RequestRefused(has(draft, 'RequestsByReference') ? 'invalid_request_uri' : 'request_uri_not_supported')
  },
  registration(draft) {
    if (draft.query.has('registration') && has(draft, 'OpenIdRequests'))
      throw new RequestRefused('registration_not_supported')
  },
  response_type(draft) {
    const types = requireResponseType(draft).split(' ')
    draft.engine.set('response_type', types.includes('code') ? 'code' : 'none')
    draft.engine.set('response_mode', silentMode)
  },
  code_challenge({ pool, client, query }) {
    if (!isFapi2(pool, client)) return
    if (!query.get('code_challenge')) throw invalid('code_challenge is missing')
    if (query.get('code_challenge_method') !== 'S256') throw invalid('code_challenge_method must be S256')
  },
  async scope(draft) {
    draft.engine.set('scope', await requireScope(draft))
  },
  prompt({ query, engine }) {
    const prompt = (query.get('prompt') ?? '').split(' ').filter((name) => name !== '' && name !== 'consent')
    if (prompt.length > 0) engine.set('prompt', prompt.join(' '))
  },
  nonce({ query, engine }) {
    const isOpenId = engine.get('scope')!.split(' ').includes('openid')
    if (isOpenId && query.has('nonce')) engine.set('nonce', query.get('nonce')!)
    // Cognito's own `token` returns an ID token as well, and requires no nonce.
    const inBrowser = query.get('response_type')!.split(' ').includes('id_token')
    if (inBrowser && !isOpenId) throw invalid('id_token goes with the scope openid')
    if (inBrowser && !query.get('nonce')) throw invalid('nonce is missing')
  },
  max_age(draft) {
    const { pool, query, engine } = draft
    const ignored = pool.settings.UserPoolTier === 'LITE' && !has(draft, 'OpenIdRequests')
    const maxAge = ignored ? null : query.get('max_age')
    if (maxAge === null) return
    if (!/^\d{1,10}$/.test(maxAge)) throw invalid('max_age must be a whole number of seconds')
    engine.set('oldest', maxAge)
  },
  claims(draft) {
    const text = draft.query.get('claims')
    if (text === null || !has(draft, 'OpenIdClaims')) return
    const requested = parseRequestedClaims(text)
    if (!requested) throw invalid('claims must be an object of OpenID Connect in JSON')
    draft.engine.set('requested', JSON.stringify(requested))
  },
  acr_values(draft) {
    const { pool, query, engine } = draft
    const levels = requestedLevels(pool, query.get('acr_values'))
    // OpenID Connect: unknown values are ignored, unless they are essential.
    const isVoluntary = has(draft, 'OpenIdRequests')
    if (levels?.length === 0 && !isVoluntary) throw invalid('acr_values has no value that the user pool knows')
    const essential = essentialLevels(draft)
    const wanted = essential ?? levels
    if (wanted && wanted.length > 0) engine.set('levels', wanted.join(' '))
  },
  dpop_jkt(draft) {
    const jkt = draft.query.get('dpop_jkt')
    if (jkt === null || !has(draft, 'DPoP')) return
    if (!/^[\w-]{43}$/.test(jkt)) throw invalid('dpop_jkt must be the thumbprint of a key')
    draft.engine.set('jkt', jkt)
  },
  async subject(draft) {
    const subject = await requestedSubject(draft)
    if (subject !== undefined) draft.engine.set('subject', subject)
  },
  resource({ query, engine }) {
    if (query.get('resource')) engine.set('audience', requireResource(query.get('resource')!))
  },
}

/** A pushed request, whose parameters have been read by now. */
const isPushedUri = (query: URLSearchParams) =>
  query.get('request_uri')!.startsWith('urn:ietf:params:oauth:request_uri:')

/** The parameters that the engine reads itself. All others only travel along to the login page. */
const readByEngine = ['client_id', 'redirect_uri', 'state', 'login_hint', 'code_challenge', 'code_challenge_method']

/** The request in the engine's terms. @throws RequestRefused */
export async function engineQuery(
  ctx: Context,
  pool: Pool,
  client: Client,
  query: URLSearchParams,
): Promise<URLSearchParams> {
  const engine = new URLSearchParams()
  for (const name of readByEngine) if (query.has(name)) engine.set(name, query.get(name)!)
  for (const check of Object.values(parameterChecks)) await check({ ctx, pool, client, query, engine })
  engine.set('original', query.toString())
  return engine
}

const has = ({ pool, client }: Pick<Draft, 'pool' | 'client'>, part: StandardsPart) => isOn(part, pool, client)

/** Each with its parts in the order in which OpenID Connect and OAuth have registered them. */
export const moreResponseTypes = ['id_token', 'code id_token', 'code token', 'id_token token', 'code id_token token']

const possibleTypes = (draft: Draft): string[] =>
  isFapi2(draft.pool, draft.client)
    ? ['code']
    : ['code', 'token', ...(has(draft, 'ResponseTypes') ? moreResponseTypes : [])]

function requireResponseType(draft: Draft): string {
  const { query } = draft
  const hasMore = has(draft, 'ResponseTypes')
  const responseType = query.get('response_type')
  if (!responseType) throw invalid('response_type is missing')
  const types = responseType.split(' ').sort()
  if (!possibleTypes(draft).includes(types.join(' '))) throw unknownType(draft)
  requireFlows(draft, types)
  const inBrowser = types.includes('token') || types.includes('id_token')
  const mode = query.get('response_mode')
  const usual = inBrowser ? 'fragment' : 'query'
  const modes = hasMore ? ['fragment', 'form_post', usual] : [usual]
  if (has(draft, 'JwtResponses')) modes.push(...jwtModes.filter((one) => one !== 'query.jwt' || !inBrowser))
  if (mode !== null && !modes.includes(mode)) throw invalid('the response_mode is not supported')
  return responseType
}

/** Whether the client is limited to other types. Sign-ins of our own pages, devices among them, go on all the same. */
export function mayRequestType({ extensions }: Client, query: URLSearchParams): boolean {
  const only = extensions?.Standards?.AllowedResponseTypes
  return !only || only.includes((query.get('response_type') ?? '').split(' ').sort().join(' '))
}

/** Tokens that come through the browser can't be bound to a key. */
function requireFlows(draft: Draft, types: string[]): void {
  const { settings } = draft.client
  if (mustBind(draft.pool, draft.client) && types.includes('token')) throw new RequestRefused('unauthorized_client')
  const allowed: string[] = (settings.AllowedOAuthFlowsUserPoolClient && settings.AllowedOAuthFlows) || []
  const flows = types.map((type) => (type === 'code' ? 'code' : 'implicit'))
  if (!flows.every((flow) => allowed.includes(flow))) throw new RequestRefused('unauthorized_client')
}

const unknownType = (draft: Draft) =>
  has(draft, 'OpenIdRequests')
    ? new RequestRefused('unsupported_response_type')
    : invalid('response_type must be code or token')

/** The levels that the app requires by `claims`. */
function essentialLevels({ pool, engine }: Draft): AcrLevel[] | undefined {
  const acr = requestedIn(Object.fromEntries(engine))?.id_token?.acr
  if (!acr?.essential) return undefined
  const values = [acr.value, ...(acr.values ?? [])].filter((value) => typeof value === 'string')
  if (values.length === 0) return undefined
  const levels = requestedLevels(pool, values.join(' ')) ?? []
  if (levels.length === 0) throw new RequestRefused('access_denied', 'acr has no value that the user pool knows')
  return levels
}

/** The only user that the app accepts: by `id_token_hint`, or by `sub` in `claims`. */
async function requestedSubject(draft: Draft): Promise<string | undefined> {
  const { ctx, pool, client, query, engine } = draft
  const { sub } = requestedIn(Object.fromEntries(engine))?.id_token ?? {}
  const named = typeof sub?.value === 'string' ? sub.value : undefined
  const token = has(draft, 'OpenIdRequests') ? query.get('id_token_hint') : null
  if (token === null) return named
  const hint = await readIdTokenHint(ctx, pool, token)
  if (!hint || hint.aud !== publicClientId(client)) throw invalid('id_token_hint is not an ID token of this app')
  if (named !== undefined && named !== hint.sub) throw invalid('claims and id_token_hint name different users')
  return hint.sub
}

const loopback = /^http:\/\/localhost(:\d+)?([/?]|$)/i
const maxResourceLength = 1024

/** An absolute URL without a fragment (RFC 8707), by https or an app's own scheme. It need not be a resource server's. */
function requireResource(resource: string): string {
  const { protocol } = URL.parse(resource) ?? {}
  const allowed = protocol === 'http:' ? loopback.test(resource) : protocol && /^[^:]+:\/\//.test(resource)
  if (!allowed || resource.includes('#') || resource.length > maxResourceLength)
    throw new RequestRefused('invalid_target', 'resource must be a URL')
  return resource
}

/** Scopes of ID token claims, so they require `openid`. */
const openIdScopes = ['email', 'phone', 'profile', 'address']

const scopesIn = (scope: string | null) => (scope?.trim() ? new Set(scope.trim().split(/\s+/)) : undefined)

/**
 * Refused as the service was seen to do; the guide prints `error=invalid_scope`. A scope that its resource server has
 * lost since the client was set up is left out; a scope that the client never had is refused.
 */
async function requireScope(draft: Draft): Promise<string> {
  const { ctx, pool, client, query } = draft
  const isOpenId = has(draft, 'OpenIdRequests')
  const invalidScope = () => (isOpenId ? new RequestRefused('invalid_scope') : invalid('invalid_scope'))
  const allowed = allowedScopes(client)
  if (has(draft, 'OpenIdClaims') && allowed.has('profile')) allowed.add('address')
  const requested = scopesIn(query.get('scope'))
  // Refresh tokens are for everybody here.
  if (isOpenId) requested?.delete('offline_access')
  if (requested && !requested.isSubsetOf(allowed)) throw invalidScope()
  if (requested && !requested.has('openid') && openIdScopes.some((name) => requested.has(name))) throw invalidScope()
  const existing = new Set([...standardScopes, 'address', ...(await customScopes(ctx, pool))])
  const scopes = [...(requested ?? allowed).intersection(existing)]
  if (scopes.length === 0) throw invalidScope()
  return scopes.join(' ')
}
