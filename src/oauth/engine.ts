import { generateKeyPairSync } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { JWK, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Context } from '../context.ts'
import { cookieOf } from '../lib/cookie-header.ts'
import { uuidv4, uuidv7 } from '../lib/ids.ts'
import { Lru } from '../lib/lru.ts'
import { remembered } from '../lib/memory.ts'
import { pageWork } from '../lib/page-work.ts'
import { fapi2CodeLifetime, isFapi2 } from '../pool/clients/fapi2.ts'
import { type Pool, poolIssuer } from '../pool/pools/pool.ts'
import { customScopes, standardScopes } from '../pool/resource-servers/scopes.ts'
import { maxSsoMinutes } from '../pool/sessions/session-config.ts'
import { isOverloaded } from '../store/unavailable.ts'
import { asksConsent } from './consent.ts'
import { bindRequest, type CookieJar, cookiesOf } from './cookies.ts'
import { createEngineAdapter } from './engine-adapter.ts'
import { beginRun, type EngineRun, type Outcome, runOf, silentMode } from './engine-run.ts'
import { sessionLifetime, unpackProven } from './session.ts'
import { reasonHolds, signInReasons } from './sign-in-reasons.ts'
import type { Surface } from './surface.ts'

/**
 * The engine's own checks, by its names and in its order. A test compares them with the installed release: a check that
 * was added or removed has to be understood before it is deployed.
 */
export const engineChecks = [
  'noCache',
  'sessionHandler', // the browser's session, by its cookie
  'urlencoded',
  'assembleAuthorizationParams',
  'rejectAuthorizationDupes',
  'rejectUnsupported',
  'checkClient',
  'loadPushedAuthorizationRequest',
  'processRequestObject',
  'checkResponseMode',
  'oneRedirectUriClients',
  'oauthRequired',
  'rejectRegistration',
  'checkResponseType',
  'oidcRequired',
  'assignDefaults',
  'checkPrompt', // none goes with nothing else
  'checkScope',
  'checkOpenIdScope',
  'checkRedirectUri',
  'checkPKCE', // S256 alone, method and challenge together
  'checkClaims',
  'checkRar',
  'checkResource',
  'checkMaxAge',
  'checkIdTokenHint',
  'checkExtraParams',
  'interactionEmit',
  'assignClaims',
  'loadAccount',
  'loadGrant',
  'interactions', // prompt, nobody signed in, then `signInReasons`
  'respond',
]

/** A request may stay at the login pages this long. */
export const requestLifetime = 3600
export const codeLifetime = 300

// It requires a key, though it signs nothing: tokens are made elsewhere.
const unusedKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JWK

interface Engine {
  revision: number
  provider: Provider
}

const engines = remembered(() => new Lru<string, Engine>(500, 'engines'))

/**
 * oidc-provider as the shell of /oauth2/authorize: parameters, PKCE, prompts, browser session, interaction, codes. One
 * instance per pool and form of address; it is loaded with the first request that needs it.
 */
export async function engineOf(ctx: Context, pool: Pool, surface: Surface): Promise<Provider> {
  const cache = engines(ctx)
  const key = JSON.stringify([pool.id, surface.base, surface.origin.startsWith('https:')])
  const cached = cache.get(key, ({ revision }) => revision === pool.revision)
  if (cached) return cached.provider
  const provider = await createEngine(ctx, pool, surface)
  cache.set(key, { revision: pool.revision, provider })
  return provider
}

async function createEngine(ctx: Context, pool: Pool, surface: Surface): Promise<Provider> {
  const { Provider, interactionPolicy } = await import('oidc-provider')
  const { Check, Prompt } = interactionPolicy
  const jar = cookiesOf(surface)
  const { path, secure, httpOnly, sameSite, signed, overwrite } = jar.options
  const cookieOptions = { path, secure, httpOnly, sameSite, signed, overwrite }

  const provider = new Provider(poolIssuer(ctx, pool), {
    adapter: createEngineAdapter(() => Provider.ctx),
    jwks: { keys: [unusedKey] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: [...standardScopes, 'address', ...(await customScopes(ctx, pool))],
    responseTypes: ['code', 'none'],
    routes: { authorization: '/oauth2/authorize' },
    extraParams: ['original', 'audience', 'oldest', 'levels', 'requested', 'subject', 'jkt'],
    pkce: { required: () => false },
    clientAuthMethods: ['none'],
    expiresWithSession: () => false,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    cookies: {
      names: { session: jar.session, interaction: jar.interaction, resume: jar.resume },
      long: cookieOptions,
      short: cookieOptions,
    },
    ttl: {
      AuthorizationCode: (koa) => (isFapi2(pool, runOf(koa).client) ? fapi2CodeLifetime : codeLifetime),
      Interaction: requestLifetime,
      Grant: sessionLifetime,
      Session(koa, session) {
        const now = runOf(koa).ctx.clock.now().getTime()
        const began = session.accountId ? unpackProven(session.amr).at : now
        return Math.max(1, Math.ceil((began + maxSsoMinutes(pool) * 60_000 - now) / 1000))
      },
    },
    interactions: {
      policy: [
        new Prompt({ name: 'select_account', requestable: true }),
        new Prompt(
          { name: 'login', requestable: true },
          new Check('no_user', 'nobody is signed in', ({ oidc }) => !oidc.session?.accountId || !oidc.account),
          ...signInReasons.map(
            (reason) => new Check(reason.name, reason.description, (koa) => reasonHolds(reason, koa)),
          ),
        ),
        new Prompt(
          { name: 'consent', requestable: false },
          new Check('unknown_app', 'the app has registered itself', 'consent_required', async (koa) => {
            const { session, result, params } = koa.oidc
            if (result?.consent || !session?.accountId) return false
            return asksConsent(runOf(koa), session.accountId, String(params?.scope))
          }),
        ),
      ],
      url(koa, interaction) {
        const original = new URLSearchParams(String(interaction.params.original ?? ''))
        bindRequest(koa, jar, original, interaction.uid, requestLifetime)
        const page = interaction.prompt.name === 'consent' ? 'consent' : 'login'
        const location = `${surface.base}/${page}?${pageQuery(original)}`
        runOf(koa).outcome = { kind: 'asks', uid: interaction.uid, location }
        return location
      },
    },
    // What the app may have is decided by its administrator. The id of the unsaved grant becomes that of the token
    // family.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ accountId: oidc.account!.accountId, clientId: oidc.client!.clientId })
      grant.jti = uuidv7(ctx.clock.now())
      grant.addOIDCScope(String(oidc.params?.scope ?? ''))
      return grant
    },
    async findAccount(koa, sub) {
      const { known, signedIn } = runOf(koa)
      const user = [signedIn, ...known.map((record) => record.user)].find((one) => one?.id === sub)
      if (!user?.enabled) return undefined
      return { accountId: user.id, user, claims: () => ({ sub: user.id }) }
    },
    renderError() {
      // Nothing to render: the caller shows the outcome.
    },
  })
  // Codes are UUIDs.
  Object.assign(provider.AuthorizationCode.prototype, { generateTokenId: uuidv4 })
  provider.registerResponseMode(silentMode, () => {})
  provider.proxy = true
  provider.silent = true
  const { createContext } = provider
  provider.createContext = (...request) => {
    const koa = createContext.apply(provider, request)
    readPlainly(koa)
    return koa as never
  }

  const settle = (koa: KoaContextWithOIDC, outcome: Outcome) => {
    runOf(koa).outcome = outcome
  }
  provider.on('authorization.success', (koa, out) =>
    settle(koa, { kind: 'granted', code: out?.code as string | undefined }),
  )
  provider.on('authorization.error', (koa, { error, error_description }) =>
    settle(koa, { kind: 'refused', error, description: error_description }),
  )
  provider.on('server_error', (koa, failure) => {
    koa.app.emit('error', failure, koa)
    settle(koa, {
      kind: 'refused',
      error: isOverloaded(failure) ? 'temporarily_unavailable' : 'server_error',
    })
  })
  return provider
}

/** The parameters of a pushed request stay out of addresses: its name is enough for the pages. */
export function pageQuery(original: URLSearchParams): URLSearchParams {
  if (!original.has('request_uri')) return original
  return new URLSearchParams([...original].filter(([name]) => shownBesidePushed.includes(name)))
}

const shownBesidePushed = ['client_id', 'request_uri', 'lang']

/**
 * Runs a request through the engine, in a context of its own within our response. `path` is without the base. The
 * caller stores `run.stored`.
 */
export async function runEngine(
  koa: ParameterizedContext,
  surface: Surface,
  run: EngineRun,
  path: string,
): Promise<Outcome> {
  const provider = await engineOf(run.ctx, run.pool, surface)
  const { url, method } = koa
  const own = koa.app.createContext(koa.req, koa.res)
  readPlainly(own)
  const { protocol, host } = new URL(surface.origin)
  // For the engine's absolute URLs and secure cookies.
  koa.req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  koa.req.headers['x-forwarded-host'] = host
  own.mountPath = surface.base
  own.url = path
  own.method = 'GET'
  beginRun(own, run)
  try {
    const [handle] = provider.middleware as [Middleware]
    await pageWork(run.pool.id, () => handle(own as Parameters<Middleware>[0], async () => {}))
    run.oidc = (own as unknown as KoaContextWithOIDC).oidc
  } finally {
    koa.url = url
    koa.method = method
  }
  dropEngineCookies(koa, cookiesOf(surface), run)
  if (!run.outcome) throw new Error('The OAuth engine has not answered a request')
  return run.outcome
}

/**
 * Koa's own reader keeps a regular expression for every name of a cookie forever, and the names that the engine reads
 * differ by pool.
 */
function readPlainly({ cookies, req }: Pick<ParameterizedContext, 'cookies' | 'req'>): void {
  cookies.get = (name) => cookieOf(req, name)
}

/** Our own cookies tie a request to its browser, and a session keeps the id that it began with. */
function dropEngineCookies(
  koa: ParameterizedContext,
  { interaction, resume, session }: CookieJar,
  { signedIn, known }: EngineRun,
): void {
  const lines = [koa.response.headers['set-cookie'] ?? []].flat()
  const isKnown = (line: string) =>
    known.some(({ model, id }) => model === 'Session' && line.startsWith(`${session}=${id};`))
  const remaining = lines.filter(
    (line) =>
      !line.startsWith(`${interaction}=`) &&
      !line.startsWith(`${resume}=`) &&
      (!line.startsWith(`${session}=`) || signedIn || isKnown(line)),
  )
  if (remaining.length === lines.length) return
  if (remaining.length > 0) koa.set('Set-Cookie', remaining)
  else koa.remove('Set-Cookie')
}
