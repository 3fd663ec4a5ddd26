import { randomUUID } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn, type StandardsPart } from '../model/extensions.ts'
import { findPool, pools } from '../pool/pools/pool.ts'
import { authorize, resume } from './authorize.ts'
import { backchannelAuthentication } from './backchannel-authentication.ts'
import { type CalledAt, PartIsOff, poolCalled } from './client-authentication.ts'
import { deviceAuthorization } from './device.ts'
import { plainError, type RenderError } from './error-page.ts'
import { introspect } from './introspect.ts'
import { logout } from './logout.ts'
import { manageRegistration } from './manage-registration.ts'
import { pushRequest } from './pushed-request.ts'
import { refuseMethod } from './refuse-method.ts'
import { register } from './register.ts'
import { revoke } from './revoke.ts'
import { createSurfaceFinder, type Surface } from './surface.ts'
import { token } from './token.ts'
import { userInfo } from './user-info.ts'

export interface OAuthOptions {
  /** How the login pages show an error; plain text otherwise. */
  renderError?: RenderError
}

/** For pages that browsers open. */
type Page = (ctx: Context, koa: ParameterizedContext, surface: Surface, renderError: RenderError) => Promise<void>
/** For apps, of any origin: a call is authorised by what is in it, never by a cookie. */
type Endpoint = {
  methods: string[]
  /** Exists only if the pool has this part on. */
  part?: StandardsPart
  answer: (ctx: Context, koa: ParameterizedContext, at: CalledAt) => Promise<void>
}

const pages: Record<string, Page | undefined> = {
  '/oauth2/authorize': authorize,
  '/authorize': authorize,
  '/logout': logout,
}

const endpoints: Record<string, Endpoint | undefined> = {
  '/oauth2/token': { methods: ['POST'], answer: token },
  '/oauth2/revoke': { methods: ['POST'], answer: revoke },
  '/oauth2/register': { methods: ['POST'], answer: register },
  '/oauth2/par': { methods: ['POST'], answer: pushRequest, part: 'PushedAuthorizationRequests' },
  '/oauth2/device_authorization': { methods: ['POST'], answer: deviceAuthorization, part: 'DeviceAuthorization' },
  '/oauth2/bc-authorize': { methods: ['POST'], answer: backchannelAuthentication, part: 'BackchannelAuthentication' },
  '/oauth2/register/…': {
    methods: ['GET', 'PUT', 'DELETE'],
    answer: manageRegistration,
    part: 'RegistrationManagement',
  },
  '/oauth2/introspect': { methods: ['POST'], answer: introspect, part: 'Introspection' },
  '/oauth2/userinfo': { methods: ['GET', 'POST'], answer: userInfo },
}

/** Some of the guide's own links end in a slash, and have `/authorize` without `/oauth2`. */
const path =
  /^(?:\/([\w-]{1,45}_[0-9a-zA-Z]{1,20}))?(\/oauth2\/(?:authorize|token|revoke|register|userinfo|par|introspect|device_authorization|bc-authorize)|\/authorize|\/logout)(\/[\w-]{1,64})?\/?$/i

/** Surface 2, on the domains of pools and below the public URL: `/oauth2/…` and `/logout`. */
export function createOAuth(ctx: Context, { renderError = plainError }: OAuthOptions = {}): Middleware {
  const findSurface = createSurfaceFinder(ctx)

  return async (koa, next) => {
    const target = targetAt(koa.path)
    if (!target) return next()
    const { poolId, endpoint, page } = target
    const at = { poolId, host: koa.host }
    if (endpoint) {
      // Read each time: a port that the system chooses is known only once the server listens.
      if (!poolId && koa.host === new URL(ctx.config.publicUrl).host) return next()
      if (!(await mayBeThere(ctx, koa, endpoint, at))) return next()
      return answerApp(ctx, koa, endpoint, { ...at, part: endpoint.part }).catch((error) => {
        if (error instanceof PartIsOff) return next()
        throw error
      })
    }
    const surface = page && (await findSurface(koa, { trustPath: page === authorize }))
    if (!page || !surface || surface.path.toLowerCase() !== target.path) return next()
    await showPage(ctx, koa, page, surface, renderError)
  }
}

async function showPage(
  ctx: Context,
  koa: ParameterizedContext,
  page: Page,
  surface: Surface,
  renderError: RenderError,
): Promise<void> {
  identify(koa)
  // A HEAD would consume what the GET after it needs.
  if (koa.method !== 'GET' && !(await mayPost(ctx, koa, page, surface))) return refuseMethod(koa, ['GET'])
  koa.set('X-Content-Type-Options', 'nosniff')
  await page(requestContext(ctx, koa), koa, surface, renderError)
}

async function answerApp(
  ctx: Context,
  koa: ParameterizedContext,
  { methods, answer }: Endpoint,
  at: CalledAt,
): Promise<void> {
  identify(koa)
  koa.set('Access-Control-Allow-Origin', '*')
  if (koa.method === 'OPTIONS') return answerPreflight(koa, methods)
  koa.set('Access-Control-Expose-Headers', 'x-amz-cognito-request-id, WWW-Authenticate')
  koa.set('X-Content-Type-Options', 'nosniff')
  if (!methods.includes(koa.method)) return refuseMethod(koa, methods)
  await answer(requestContext(ctx, koa), koa, at)
}

/** Costs no statement where this node remembers the pool with the part: the endpoint reads the pool with its client. */
async function mayBeThere(
  ctx: Context,
  { method }: ParameterizedContext,
  { part }: Endpoint,
  at: CalledAt,
): Promise<boolean> {
  if (!part) return true
  const known = method === 'POST' && at.poolId !== undefined ? pools(ctx).peek(at.poolId) : undefined
  if (known && isOn(part, known)) return true
  const pool = await poolCalled(ctx, at)
  return pool !== undefined && isOn(part, pool)
}

/** Pages with a form, if the pool has the part on. */
const postedPages = new Map<Page, StandardsPart>([
  [authorize, 'OpenIdRequests'],
  [logout, 'RpInitiatedLogout'],
])

async function mayPost(ctx: Context, koa: ParameterizedContext, page: Page, surface: Surface): Promise<boolean> {
  const part = koa.method === 'POST' ? postedPages.get(page) : undefined
  const pool = part && (surface.pool ?? (await findPool(ctx, surface.poolId)))
  return part !== undefined && pool !== undefined && isOn(part, pool)
}

/** What a path names, on a pool's domain or below the pool's id. */
function targetAt(requestPath: string) {
  const [, poolId, route, rest = ''] = path.exec(requestPath) ?? []
  if (!route) return undefined
  const name = route.toLowerCase()
  return {
    poolId,
    path: name + rest.toLowerCase(),
    page: pageAt(name, rest),
    endpoint: endpoints[rest ? `${name}/…` : name],
  }
}

function pageAt(name: string, rest: string | undefined): Page | undefined {
  if (!rest) return pages[name]
  return name === '/oauth2/authorize' ? resume : undefined
}

/** Adds the caller's address and user agent, for operations that record them. */
function requestContext(ctx: Context, koa: ParameterizedContext): Context {
  const known = { ...ctx, clientAddress: koa.ip, userAgent: koa.get('user-agent') || undefined }
  return known
}

function identify(koa: ParameterizedContext): void {
  koa.set('x-amz-cognito-request-id', randomUUID())
}

function answerPreflight(koa: ParameterizedContext, methods: string[]): void {
  koa.set('Access-Control-Allow-Methods', [...methods, 'OPTIONS'].join(', '))
  koa.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, *')
  koa.set('Access-Control-Max-Age', '7200')
  koa.status = 204
}
