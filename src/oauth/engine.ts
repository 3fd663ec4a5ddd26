import { generateKeyPairSync } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { JWK, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Context } from '../context.ts'
import { uuidv4, uuidv7 } from '../lib/ids.ts'
import { Lru } from '../lib/lru.ts'
import { remembered } from '../lib/memory.ts'
import { type Pool, poolIssuer } from '../pool/pools/pool.ts'
import { customScopes, standardScopes } from '../pool/resource-servers/scopes.ts'
import { maxSsoMinutes, ssoMinutes } from '../pool/sessions/session-config.ts'
import type { AcrLevel } from '../pool/tokens/proven.ts'
import { findUserById } from '../pool/users/user-store.ts'
import { isDatabaseUnavailable } from '../store/unavailable.ts'
import { reaches } from './assurance.ts'
import { bindRequest, cookiesOf } from './cookies.ts'
import { createEngineAdapter, userOfRequest } from './engine-adapter.ts'
import { sessionLifetime, unpackProven } from './session.ts'
import type { Surface } from './surface.ts'

/** What became of a request, where the engine has answered it. */
export type Outcome = { kind: 'granted'; code?: string } | { kind: 'refused'; error: string; description?: string }

/** A request may stay at the login pages this long. */
export const requestLifetime = 3600
export const codeLifetime = 300

// It insists on a key, though it signs nothing: tokens are made elsewhere.
const unusedKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JWK

interface Engine {
  revision: number
  provider: Provider
}

const engines = remembered(() => new Lru<string, Engine>(500))

/**
 * oidc-provider as the shell of /oauth2/authorize: parameters, PKCE, prompts, browser session, interaction, codes. One
 * instance per pool and form of address; it is loaded with the first request that needs it.
 */
export async function engineOf(ctx: Context, pool: Pool, surface: Surface): Promise<Provider> {
  const cache = engines(ctx)
  const key = JSON.stringify([pool.id, surface.base, surface.origin.startsWith('https:')])
  const cached = cache.get(key)
  if (cached?.revision === pool.revision) return cached.provider
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
  const now = () => ctx.clock.now().getTime()

  const provider = new Provider(poolIssuer(ctx, pool), {
    adapter: createEngineAdapter(ctx, pool.id, () => Provider.ctx),
    jwks: { keys: [unusedKey] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: [...standardScopes, ...(await customScopes(ctx, pool))],
    responseTypes: ['code', 'none'],
    routes: { authorization: '/oauth2/authorize' },
    extraParams: ['original', 'audience', 'oldest', 'levels'],
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
      AuthorizationCode: codeLifetime,
      Interaction: requestLifetime,
      Grant: sessionLifetime,
      Session(_koa, session) {
        const began = session.accountId ? unpackProven(session.amr).at : now()
        return Math.max(1, Math.ceil((began + maxSsoMinutes(pool) * 60_000 - now()) / 1000))
      },
    },
    interactions: {
      policy: [
        new Prompt({ name: 'select_account', requestable: true }),
        new Prompt(
          { name: 'login', requestable: true },
          new Check('no_user', 'nobody is signed in', ({ oidc }) => !oidc.session?.accountId || !oidc.account),
          new Check('max_age', 'the sign-in is too long ago', ({ oidc }) => {
            const { oldest } = oidc.params ?? {}
            if (oldest === undefined || oidc.result?.login || !oidc.session?.accountId) return false
            return now() - unpackProven(oidc.session.amr).at > Number(oldest) * 1000
          }),
          new Check('acr', 'more has to be proven', async ({ oidc }) => {
            const { levels } = oidc.params ?? {}
            if (levels === undefined || oidc.result?.login || !oidc.session?.accountId) return false
            const requested = String(levels).split(' ').map(Number) as AcrLevel[]
            const { accountId, amr } = oidc.session
            return !(await reaches(ctx, pool, { userId: accountId, proven: unpackProven(amr) }, requested))
          }),
          new Check('provider', 'another provider is asked for', ({ req, oidc }) => {
            const wanted = providerOfRequest.get(req)
            if (!wanted || oidc.result?.login || !oidc.session?.accountId) return false
            return !unpackProven(oidc.session.amr).factors.some(({ provider }) => provider === wanted)
          }),
          new Check('session_age', 'this app asks anew by now', ({ oidc }) => {
            if (oidc.result?.login || !oidc.session?.accountId) return false
            return now() - unpackProven(oidc.session.amr).at >= ssoMinutes(pool, oidc.client!.clientId) * 60_000
          }),
        ),
      ],
      url(koa, interaction) {
        const original = new URLSearchParams(String(interaction.params.original ?? ''))
        bindRequest(koa, jar, original, interaction.uid, requestLifetime)
        begunRequests.set(koa.req, interaction.uid)
        return `${surface.base}/login?${original}`
      },
    },
    // Nobody is asked for consent: what the app may have is its administrator's decision. The id of the unsaved grant
    // becomes that of the token family.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ accountId: oidc.account!.accountId, clientId: oidc.client!.clientId })
      grant.jti = uuidv7(ctx.clock.now())
      grant.addOIDCScope(String(oidc.params?.scope ?? ''))
      return grant
    },
    async findAccount(koa, sub) {
      const known = userOfRequest.get(koa.req)
      const user = known?.id === sub ? known : await findUserById(ctx.db, pool.id, sub)
      if (!user?.enabled) return undefined
      return { accountId: user.id, user, claims: () => ({ sub: user.id }) }
    },
    renderError() {
      // The outcome says it all, and whoever forwarded the request shows it.
    },
  })
  // Codes are UUIDs.
  Object.assign(provider.AuthorizationCode.prototype, { generateTokenId: uuidv4 })
  provider.proxy = true
  provider.silent = true

  const settle = (koa: KoaContextWithOIDC, outcome: Outcome) => outcomes.set(koa.req, outcome)
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
      error: isDatabaseUnavailable(failure) ? 'temporarily_unavailable' : 'server_error',
    })
  })
  return provider
}

/** Requests that ask for an identity provider, by its name: nobody else's session will do. */
export const providerOfRequest = new WeakMap<object, string>()

const begunRequests = new WeakMap<object, string>()

/** What the engine has just sent to the login page. */
export const begunRequest = (koa: ParameterizedContext): string | undefined => begunRequests.get(koa.req)

const outcomes = new WeakMap<object, Outcome>()

/**
 * Runs a request through the engine, within our own response. `url` has no base. The outcome is undefined where the
 * browser was sent to the login page.
 */
export async function runEngine(
  provider: Provider,
  koa: ParameterizedContext,
  surface: Surface,
  url: string,
): Promise<Outcome | undefined> {
  const before = koa.url
  const { protocol, host } = new URL(surface.origin)
  // The engine writes absolute URLs, and cookies that are for https.
  koa.req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  koa.req.headers['x-forwarded-host'] = host
  koa.mountPath = surface.base
  koa.url = url
  try {
    const [handle] = provider.middleware as [Middleware]
    await handle(koa as Parameters<Middleware>[0], async () => {})
  } finally {
    koa.url = before
  }
  return outcomes.get(koa.req)
}
