import type { Context } from '../context.ts'
import type { Client } from '../pool/clients/client.ts'
import { allowedScopes } from '../pool/clients/client-rules.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { customScopes, standardScopes } from '../pool/resource-servers/scopes.ts'
import { requestedLevels } from './assurance.ts'

/** Tells the app why, by a redirect. */
export class RequestRefused extends Error {
  readonly error: string
  readonly description: string | undefined

  constructor(error: string, description?: string) {
    super(error)
    this.error = error
    this.description = description
  }
}

const invalid = (description: string) => new RequestRefused('invalid_request', description)

/** What the engine is told of: the rest of a query is nobody's, but goes to the login page with it. */
const passedOn = ['client_id', 'redirect_uri', 'state', 'login_hint', 'code_challenge', 'code_challenge_method']

/**
 * A request of a known app in the engine's terms, with the service's leniencies: no scope means all of the client's, a
 * nonce without openid counts for nothing, nobody is asked for consent. An implicit request runs as `none` and gets its
 * tokens afterwards. @throws RequestRefused
 */
export async function engineQuery(
  ctx: Context,
  pool: Pool,
  client: Client,
  query: URLSearchParams,
): Promise<URLSearchParams> {
  const twice = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1)
  if (twice) throw invalid(`${twice} must not be given twice`)
  if ([...query.values()].some((value) => value.includes('\0'))) throw invalid('a parameter has a NUL in it')
  if (query.has('request')) throw new RequestRefused('request_not_supported')
  if (query.has('request_uri')) throw new RequestRefused('request_uri_not_supported')
  const responseType = requireResponseType(client, query)
  const scope = await requireScope(ctx, pool, client, query.get('scope'))

  const engine = new URLSearchParams({ response_type: responseType === 'token' ? 'none' : 'code', scope })
  for (const name of passedOn) if (query.has(name)) engine.set(name, query.get(name)!)
  const prompt = (query.get('prompt') ?? '').split(' ').filter((name) => name !== '' && name !== 'consent')
  if (prompt.length > 0) engine.set('prompt', prompt.join(' '))
  if (scope.split(' ').includes('openid') && query.has('nonce')) engine.set('nonce', query.get('nonce')!)
  if (query.has('max_age') && pool.settings.UserPoolTier !== 'LITE')
    engine.set('oldest', requireSeconds(query.get('max_age')!))
  const levels = requestedLevels(pool, query.get('acr_values'))
  if (levels?.length === 0) throw invalid('acr_values has no value that the user pool knows')
  if (levels) engine.set('levels', levels.join(' '))
  if (query.get('resource')) engine.set('audience', requireResource(query.get('resource')!))
  engine.set('original', query.toString())
  return engine
}

function requireSeconds(maxAge: string): string {
  if (!/^\d{1,10}$/.test(maxAge)) throw invalid('max_age must be a whole number of seconds')
  return maxAge
}

function requireResponseType(client: Client, query: URLSearchParams): 'code' | 'token' {
  const { AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows } = client.settings
  const responseType = query.get('response_type')
  if (!responseType) throw invalid('response_type is missing')
  if (responseType !== 'code' && responseType !== 'token') throw invalid('response_type must be code or token')
  const flow = responseType === 'code' ? 'code' : 'implicit'
  if (!AllowedOAuthFlowsUserPoolClient || !AllowedOAuthFlows?.includes(flow))
    throw new RequestRefused('unauthorized_client')
  const mode = query.get('response_mode')
  if (mode !== null && mode !== (responseType === 'code' ? 'query' : 'fragment'))
    throw invalid('the response_mode is not supported')
  return responseType
}

const loopback = /^http:\/\/localhost(:\d+)?([/?]|$)/i

/** An absolute URL without a fragment (RFC 8707), by https or an app's own scheme. It need not be a resource server's. */
function requireResource(resource: string): string {
  const { protocol } = URL.parse(resource) ?? {}
  const allowed = protocol === 'http:' ? loopback.test(resource) : protocol && /^[^:]+:\/\//.test(resource)
  if (!allowed || resource.includes('#') || resource.length > maxResourceLength)
    throw new RequestRefused('invalid_target', 'resource must be a URL')
  return resource
}

const maxResourceLength = 1024

/** As live requests were answered; the guide prints `error=invalid_scope`. */
const invalidScope = () => invalid('invalid_scope')

/** They say what of an ID token, so that they are asked for with `openid` alone. */
const openIdScopes = ['email', 'phone', 'profile']

/** What a resource server has lost since the client was set up is left out; what the client never had is refused. */
async function requireScope(ctx: Context, pool: Pool, client: Client, asked: string | null): Promise<string> {
  const allowed = allowedScopes(client)
  const wanted = asked?.trim() ? new Set(asked.trim().split(/\s+/)) : allowed
  if (!wanted.isSubsetOf(allowed)) throw invalidScope()
  if (asked?.trim() && !wanted.has('openid') && openIdScopes.some((scope) => wanted.has(scope))) throw invalidScope()
  const existing = new Set([...standardScopes, ...(await customScopes(ctx, pool))])
  const scopes = [...wanted.intersection(existing)]
  if (scopes.length === 0) throw invalidScope()
  return scopes.join(' ')
}
