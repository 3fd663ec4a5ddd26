import type { Context } from '../context.ts'
import type { Client } from '../pool/clients/client.ts'
import { allowedScopes } from '../pool/clients/client-rules.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { customScopes, standardScopes } from '../pool/resource-servers/scopes.ts'
import { requestedLevels } from './assurance.ts'
import type { Refusal } from './redirect.ts'

/** A request of a known app on its way to the engine. */
interface Draft {
  ctx: Context
  pool: Pool
  client: Client
  /** As the app sent it. */
  query: URLSearchParams
  /** In the engine's terms: each check adds what it has checked. */
  engine: URLSearchParams
}

/** Tells the app why, by a redirect. */
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

/** As live requests were answered; the guide prints `error=invalid_scope`. */
const invalidScope = () => invalid('invalid_scope')

/**
 * What the service asks of a request beyond what the engine does, in the order in which it is looked at, with the
 * service's leniencies: no scope means all of the client's, a nonce without openid counts for nothing, nobody is asked
 * for consent by a prompt. An implicit request runs as `none` and gets its tokens afterwards.
 */
export const parameterChecks: Record<string, (draft: Draft) => void | Promise<void>> = {
  repetition({ query }) {
    const repeated = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1)
    if (repeated) throw invalid(`${repeated} must not be given twice`)
  },
  characters({ query }) {
    if ([...query.values()].some((value) => value.includes('\0'))) throw invalid('a parameter has a NUL in it')
  },
  request({ query }) {
    if (query.has('request')) throw new RequestRefused('request_not_supported')
    if (query.has('request_uri')) throw new RequestRefused('request_uri_not_supported')
  },
  response_type({ client, query, engine }) {
    engine.set('response_type', requireResponseType(client, query) === 'token' ? 'none' : 'code')
  },
  async scope({ ctx, pool, client, query, engine }) {
    engine.set('scope', await requireScope(ctx, pool, client, query.get('scope')))
  },
  prompt({ query, engine }) {
    const prompt = (query.get('prompt') ?? '').split(' ').filter((name) => name !== '' && name !== 'consent')
    if (prompt.length > 0) engine.set('prompt', prompt.join(' '))
  },
  nonce({ query, engine }) {
    const isOpenId = engine.get('scope')!.split(' ').includes('openid')
    if (isOpenId && query.has('nonce')) engine.set('nonce', query.get('nonce')!)
  },
  max_age({ pool, query, engine }) {
    const maxAge = pool.settings.UserPoolTier === 'LITE' ? null : query.get('max_age')
    if (maxAge === null) return
    if (!/^\d{1,10}$/.test(maxAge)) throw invalid('max_age must be a whole number of seconds')
    engine.set('oldest', maxAge)
  },
  acr_values({ pool, query, engine }) {
    const levels = requestedLevels(pool, query.get('acr_values'))
    if (levels?.length === 0) throw invalid('acr_values has no value that the user pool knows')
    if (levels) engine.set('levels', levels.join(' '))
  },
  resource({ query, engine }) {
    if (query.get('resource')) engine.set('audience', requireResource(query.get('resource')!))
  },
}

/** What the engine reads of the query itself: the rest is nobody's, but goes to the login page with it. */
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
const maxResourceLength = 1024

/** An absolute URL without a fragment (RFC 8707), by https or an app's own scheme. It need not be a resource server's. */
function requireResource(resource: string): string {
  const { protocol } = URL.parse(resource) ?? {}
  const allowed = protocol === 'http:' ? loopback.test(resource) : protocol && /^[^:]+:\/\//.test(resource)
  if (!allowed || resource.includes('#') || resource.length > maxResourceLength)
    throw new RequestRefused('invalid_target', 'resource must be a URL')
  return resource
}

/** They say what an ID token tells, so that they are asked for together with `openid`. */
const openIdScopes = ['email', 'phone', 'profile']

/** A scope that its resource server has lost since the client was set up is left out; what the client never had is refused. */
async function requireScope(ctx: Context, pool: Pool, client: Client, scope: string | null): Promise<string> {
  const allowed = allowedScopes(client)
  const requested = scope?.trim() ? new Set(scope.trim().split(/\s+/)) : undefined
  if (requested && !requested.isSubsetOf(allowed)) throw invalidScope()
  if (requested && !requested.has('openid') && openIdScopes.some((name) => requested.has(name))) throw invalidScope()
  const existing = new Set([...standardScopes, ...(await customScopes(ctx, pool))])
  const scopes = [...(requested ?? allowed).intersection(existing)]
  if (scopes.length === 0) throw invalidScope()
  return scopes.join(' ')
}
