import { randomUUID } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context, RequestContext } from '../../context.ts'
import { randomToken } from '../../lib/ids.ts'
import { TooManyRequests } from '../../model/errors.ts'
import { findTrip, keepTrip, takeTrip } from '../../pool/federation/trip-store.ts'
import { plainError, type RenderError, showError } from '../error-page.ts'
import { type Form, readForm } from '../form.ts'
import { OAuthError } from '../oauth-error.ts'
import { sendTo } from '../redirect.ts'
import { createSurfaceFinder, type Surface } from '../surface.ts'
import { arrive, isState, type Way } from './arrive.ts'
import { arriveUnasked } from './arrive-unasked.ts'
import { samlLogout } from './saml-logout.ts'
import { tripLimit } from './trip.ts'

const path = /^(?:\/[\w-]{1,45}_[0-9a-zA-Z]{1,20})?(\/oauth2\/idpresponse|\/saml2\/idpresponse|\/saml2\/logout)$/i

/** The parameter of the address at which a parked form is picked up. */
const parkedAs = 'parked'
/** A SAML response may have 100 000 characters, some of which take three in a form. */
const maxFormBytes = 256 * 1024
const maxQueryLength = 16 * 1024

/** The addresses that identity providers send browsers back to. */
export function createFederation(
  ctx: Context,
  { renderError = plainError }: { renderError?: RenderError } = {},
): Middleware {
  const findSurface = createSurfaceFinder(ctx)

  return async (koa, next) => {
    const route = path.exec(koa.path)?.[1]?.toLowerCase()
    const surface = route && (await findSurface(koa))
    if (!route || !surface || surface.path.toLowerCase() !== route) return next()
    const requestId = randomUUID()
    const request = { ...ctx, requestId, clientAddress: koa.ip, userAgent: koa.get('user-agent') }
    koa.set('x-amz-cognito-request-id', requestId)
    koa.set('X-Content-Type-Options', 'nosniff')
    try {
      await answer(request, koa, surface, route)
    } catch (thrown) {
      if (thrown instanceof TooManyRequests) return showError(koa, renderError, thrown, 429)
      // Not a form.
      if (!(thrown instanceof OAuthError)) throw thrown
      await showError(koa, renderError, 'The request is not one that an identity provider makes.')
    }
  }

  async function answer(
    ctx: RequestContext,
    koa: ParameterizedContext,
    surface: Surface,
    route: string,
  ): Promise<void> {
    const way: Way = route.startsWith('/saml2') ? 'saml' : 'oauth'
    const allowed = route === '/saml2/logout' ? ['POST'] : ['GET', 'POST']
    if (!allowed.includes(koa.method)) {
      koa.set('Allow', allowed.join(', '))
      koa.status = 405
      koa.body = ''
      return
    }
    // A parked form was counted when it came.
    if (koa.method === 'POST' || !koa.query[parkedAs]) ctx.admit('UserFederation')
    if (koa.method === 'GET') return pickUp(ctx, koa, surface, way)
    const form = await readForm(koa, maxFormBytes)
    if (route === '/saml2/logout') return samlLogout(ctx, koa, surface, form, renderError)
    return park(ctx, koa, surface, { way, form })
  }

  /**
   * A form of another site comes without cookies. It is stored under a one-time id, and the browser is redirected to
   * fetch it, now with the cookies that show whose it is. Only answers to our own requests are stored.
   */
  async function park(
    ctx: RequestContext,
    koa: ParameterizedContext,
    surface: Surface,
    { way, form }: { way: Way; form: Form },
  ): Promise<void> {
    const state = form.get(way === 'saml' ? 'RelayState' : 'state') ?? ''
    if (!isState(state) || !(await findTrip(ctx, surface.poolId, 'trip', state))) {
      const response = form.get('SAMLResponse')
      if (way === 'saml' && response && !isState(state))
        return arriveUnasked(ctx, koa, surface, { response, relayState: state, renderError })
      return showError(koa, renderError, 'The sign-in has expired. Please go back to the app and try again.')
    }
    const id = randomToken(32)
    const payload = { way, answer: new URLSearchParams([...form]).toString() }
    await keepTrip(ctx, surface.poolId, 'parked', { id, payload, seconds: tripLimit })
    const route = way === 'saml' ? '/saml2/idpresponse' : '/oauth2/idpresponse'
    sendTo(koa, `${surface.base}${route}?${parkedAs}=${id}`, 303)
  }

  async function pickUp(ctx: RequestContext, koa: ParameterizedContext, surface: Surface, way: Way): Promise<void> {
    if (koa.querystring.length > maxQueryLength) return showError(koa, renderError, 'The request is too long.', 414)
    const query = new URLSearchParams(koa.querystring)
    const id = query.get(parkedAs) ?? ''
    if (!id && way === 'oauth') return arrive(ctx, koa, surface, { way, answer: query, renderError })
    const parked = isState(id)
      ? await takeTrip<{ way: Way; answer: string }>(ctx, surface.poolId, 'parked', id)
      : undefined
    if (parked?.way !== way)
      return showError(koa, renderError, 'The sign-in has expired. Please go back to the app and try again.')
    return arrive(ctx, koa, surface, { way, answer: new URLSearchParams(parked.answer), renderError })
  }
}
