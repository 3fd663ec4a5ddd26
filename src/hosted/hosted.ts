/**
 * Surface 3: the login pages. Every request goes the same way:
 *
 *   1. a file of the pages, an own page (/error, …), or one of a sign-in that an app has asked for
 *   2. the sign-in is found by this browser's cookies    else it is begun, or the page says where to begin
 *   3. a form's token is this browser's                   else nothing is done
 *   4. the page answers: show, go to another page (303), or finish on the way to the app
 */
import { randomUUID } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context, RequestContext } from '../context.ts'
import { TooManyRequests } from '../model/errors.ts'
import {
  type AuthorizationRequest,
  abortRequest,
  allowRequest,
  beginRequest,
  browserSession,
  currentRequest,
  finishRequest,
  pageQuery,
} from '../oauth/interaction.ts'
import { createSurfaceFinder, type Surface } from '../oauth/surface.ts'
import { observeResult } from '../pool/clients/observe-result.ts'
import { findPool } from '../pool/pools/pool.ts'
import { isOverloaded } from '../store/unavailable.ts'
import { addPasskeyDirectly } from './add-passkey-directly.ts'
import { serveAsset } from './assets.ts'
import { type Brand, brandOf, loginVersion } from './branding/brand.ts'
import { serveBranding } from './branding/serve-branding.ts'
import { formToken, isFormTokenValid } from './csrf.ts'
import { languageOf } from './language.ts'
import { languageAt, showProblem } from './message-page.ts'
import { ownPagePaths, refuseMethod, showOwnPage } from './own-pages.ts'
import { type PageName, pageAt, pagePaths } from './page-name.ts'
import { clearPageState, readPageState, writePageState } from './page-state.ts'
import { pages } from './pages/index.ts'
import { queryOf } from './query-of.ts'
import { type Form, FormRefused, readForm } from './read-form.ts'
import { type Problem, renderError, showPage } from './show.ts'
import { refusalText } from './texts/refusal-text.ts'
import type { Language } from './texts/texts.ts'
import { messageView } from './views/message-view.ts'
import type { Answer, Visit } from './visit.ts'

/** In path form the pool's id precedes it. */
const pagePath = new RegExp(`(?:${[...Object.values(pagePaths), ...ownPagePaths].join('|')})/?$`, 'i')

export function createHosted(ctx: Context): Middleware {
  const findSurface = createSurfaceFinder(ctx)

  return async (koa, next) => {
    if (koa.path.includes('/assets/') && (await serveAsset(koa))) return
    const isBranding = koa.path.includes('/branding/')
    if (!isBranding && !pagePath.test(koa.path)) return next()
    const surface = await findSurface(koa, { trustPath: true })
    if (!surface) return next()

    const request = { ...ctx, requestId: randomUUID(), clientAddress: koa.ip, userAgent: koa.get('user-agent') }
    try {
      const arrived = await arrive(request, koa, surface)
      surface.pool ??= await findPool(ctx, surface.poolId)
      if (!surface.pool) return next()
      if (isBranding && (await serveBranding(ctx, koa, surface))) return
      await route(koa, next, surface, request, await languageAt(ctx, koa, surface), arrived)
    } catch (error) {
      if (isOverloaded(error)) throw error
      const { t } = await languageAt(ctx, koa, surface).catch(() => languageOf(koa))
      const title = t('problem.title')
      if (error instanceof TooManyRequests)
        return showProblem(ctx, koa, surface, { status: 429, title, text: refusalText(t, error) })
      const refused = error instanceof FormRefused
      if (!refused) koa.app.emit('error', error, koa)
      if (!refused) return renderError(koa, { status: 500, title, text: t('error.unexpected') })
      const text = t(error.status === 413 ? 'problem.tooLarge' : 'problem.method')
      await showProblem(ctx, koa, surface, { status: error.status, title, text })
    }
  }
}

/** What a page is asked with: the sign-in that the browser is at, and the form that it sends. */
interface Arrived {
  request?: AuthorizationRequest
  form?: Form
}

/** The sign-in is read before anything else, and brings its pool along. */
async function arrive(ctx: RequestContext, koa: ParameterizedContext, surface: Surface): Promise<Arrived> {
  const name = pageAt(surface.path)
  if (!name) return {}
  const form = koa.method === 'POST' && pages[name].post ? await readForm(koa) : undefined
  return { form, request: await currentRequest(ctx, koa, surface, form?.('uid')) }
}

async function route(
  koa: ParameterizedContext,
  next: () => Promise<unknown>,
  surface: Surface,
  ctx: RequestContext,
  language: Language,
  { request, form }: Arrived,
): Promise<unknown> {
  const path = surface.path.toLowerCase()
  const isRead = koa.method === 'GET' || koa.method === 'HEAD'
  const name = pageAt(path)
  if (!name) return (await showOwnPage(ctx, koa, surface, language)) ? undefined : next()
  if (isRead) return visitPage(koa, surface, ctx, language, name, request)
  if (form) return sendForm(koa, surface, ctx, language, name, { request, form })
  return refuseMethod(ctx, koa, surface, language, 'GET, HEAD, POST')
}

async function visitPage(
  koa: ParameterizedContext,
  surface: Surface,
  ctx: RequestContext,
  language: Language,
  name: PageName,
  request: AuthorizationRequest | undefined,
): Promise<void> {
  if (name === 'addPasskey' && !(request && readPageState(ctx, koa, request).done))
    return addPasskeyDirectly(ctx, koa, surface, language, (address) => redirect(koa, address))
  if (!request) return begin(ctx, koa, surface, language, name)
  // The browser asked for another page than the first, and has passed through the OAuth endpoint since.
  const wanted = directPages.find((page) => page === queryOf(koa, screen))
  if (name === 'login' && wanted) {
    redirect(koa, addressOf(request, wanted))
    return
  }

  const brand = await brandOf(ctx, request)
  if (brand === 'unavailable') return pagesUnavailable(language, koa)
  const visit = createVisit(koa, ctx, request, language, name, brand)
  const { flash } = visit.state
  const shown = flash?.page === name
  if (shown) visit.state = { ...visit.state, flash: undefined }
  const answer = await pages[name].get(visit)
  // A HEAD shows nothing, so it must not consume a message that is shown once.
  if (shown && 'show' in answer && koa.method === 'GET') writePageState(ctx, koa, request, visit.state)
  await respond(koa, ctx, visit, language, answer)
}

async function sendForm(
  koa: ParameterizedContext,
  surface: Surface,
  ctx: RequestContext,
  language: Language,
  name: PageName,
  { request, form }: { request: AuthorizationRequest | undefined; form: Form },
): Promise<void> {
  const { t } = language
  const uid = form('uid')
  if (name === 'addPasskey' && !request)
    return addPasskeyDirectly(ctx, koa, surface, language, (address) => redirect(koa, address), form)
  const link = againLink(koa, surface, language)
  if (!isFormTokenValid(ctx, koa, { surface, uid, page: name }, form('_csrf'))) {
    const [title, text] = [t('problem.forgery.title'), t('problem.forgery')]
    return showProblem(ctx, koa, surface, { status: 403, title, text, link })
  }
  if (!request || request.uid !== uid) {
    const [title, text] = [t('problem.expired.title'), t('problem.expired')]
    return showProblem(ctx, koa, surface, { status: 400, title, text, link })
  }
  const brand = await brandOf(ctx, request)
  if (brand === 'unavailable') return pagesUnavailable(language, koa)
  const visit = createVisit(koa, ctx, request, language, name, brand)
  const post = pages[name].post as (visit: Visit, form: Form) => Promise<Answer>
  const answer = await (signInPages.has(name) ? countedSignIn(visit, () => post(visit, form)) : post(visit, form))
  await respond(koa, ctx, visit, language, answer)
}

const signInPages = new Set<PageName>(['login', 'challenge'])

/** As a call of the API that signs in. A page shows most refusals as a page, so that only throttling is told apart. */
function countedSignIn({ ctx, pool, client }: Visit, post: () => Promise<Answer>): Promise<Answer> {
  const category = 'UserAuthentication'
  return observeResult(
    async () => {
      ctx.admit(category)
      return post()
    },
    (result) => ctx.observe('call', { poolId: pool.id, clientId: client.id, category, result }),
  )
}

async function respond(
  koa: ParameterizedContext,
  ctx: RequestContext,
  { request, brand }: Visit,
  language: Language,
  answer: Answer,
): Promise<void> {
  const formTarget = request.redirectOrigin
  if ('show' in answer) {
    const { show: template, view } = answer
    return showPage(koa, { template, view, base: request.surface.base, language, formTarget, brand })
  }
  if ('finish' in answer) {
    clearPageState(koa, request)
    koa.set('Cache-Control', 'no-store')
    return finishRequest(ctx, koa, request, answer.finish)
  }
  if ('deny' in answer)
    return abortRequest(ctx, koa, request, { error: 'access_denied', description: 'The user has not allowed it.' })
  if ('allow' in answer) {
    if (await allowRequest(ctx, koa, request)) return
    return goTo(koa, ctx, request, answer.allow)
  }
  if ('leave' in answer) return leave(koa, answer, { request, brand }, language)
  goTo(koa, ctx, request, answer)
}

function goTo(
  koa: ParameterizedContext,
  ctx: RequestContext,
  request: AuthorizationRequest,
  { go, state }: Extract<Answer, { go: PageName }>,
): void {
  writePageState(ctx, koa, request, state)
  redirect(koa, addressOf(request, go))
}

/**
 * After a form post, browsers apply form-action to redirects to another origin; an intermediate page of our own is not
 * bound by it.
 */
function leave(
  koa: ParameterizedContext,
  { leave: url, provider }: { leave: string; provider?: string },
  { request, brand }: Pick<Visit, 'request' | 'brand'>,
  language: Language,
): Promise<void> | undefined {
  if (!provider) {
    redirect(koa, url)
    return undefined
  }
  const { t } = language
  koa.set('Refresh', `0; url=${url}`)
  const view = messageView({
    title: t('provider.leavingTitle'),
    text: t('provider.leaving', { provider }),
    failed: false,
    link: { url, text: t('provider.continue', { provider }) },
  })
  return showPage(koa, { template: 'pages/message', view, base: request.surface.base, language, brand })
}

function createVisit(
  koa: ParameterizedContext,
  ctx: RequestContext,
  request: AuthorizationRequest,
  { t, tag }: Language,
  name: PageName,
  brand: Brand,
): Visit {
  const { pool, client, parameters, surface, uid } = request
  const state = readPageState(ctx, koa, request)
  const { flash } = state
  const link = (page: PageName) => addressOf(request, page)
  return {
    ctx: { ...ctx, owner: { pool, client, state: 'confirmed' } },
    t,
    lang: tag,
    request,
    pool,
    client,
    brand,
    managed: loginVersion(ctx, pool, surface) === 2,
    parameters,
    state,
    flash: flash?.page === name ? flash : { page: name },
    link,
    session: () => browserSession(ctx, koa, surface),
    signInWith(provider) {
      const query = pageQuery(new URLSearchParams(parameters))
      query.set('identity_provider', provider)
      return `${surface.base}/oauth2/authorize?${query}`
    },
    form: (page) => ({ action: link(page), token: formToken(ctx, koa, { surface, uid, page }), uid }),
  }
}

/** Pages other than the first that links from elsewhere may open. */
const directPages = ['signUp', 'forgotPassword'] as const satisfies PageName[]

/** Query parameter that carries the requested page to the OAuth endpoint and back. */
const screen = 'screen'
/** Query parameters that exist only on that round trip. */
const passing = [screen, 'begun']

/** The OAuth endpoint validates the app's request and redirects the browser back here. */
async function begin(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  language: Language,
  name: PageName,
): Promise<void> {
  const { t } = language
  const title = t('problem.expired.title')
  if (!queryOf(koa, 'client_id'))
    return showProblem(ctx, koa, surface, { status: 400, title, text: t('problem.noRequest') })
  if (name !== 'login' && (directPages as readonly string[]).includes(name)) {
    const query = new URLSearchParams(koa.querystring)
    query.set(screen, name)
    koa.querystring = query.toString()
  }
  if (beginRequest(ctx, koa, surface)) return
  const link = againLink(koa, surface, language)
  await showProblem(ctx, koa, surface, { status: 400, title, text: t('problem.expired'), link })
}

function againLink(koa: ParameterizedContext, surface: Surface, { t }: Language): Problem['link'] {
  const query = new URLSearchParams(koa.querystring)
  if (!query.get('client_id')) return undefined
  for (const mark of passing) query.delete(mark)
  return { url: `${surface.base}${pagePaths.login}?${query}`, text: t('problem.startAgain') }
}

function addressOf({ surface, parameters }: AuthorizationRequest, page: PageName): string {
  const query = pageQuery(new URLSearchParams(parameters))
  for (const mark of passing) query.delete(mark)
  return `${surface.base}${pagePaths[page]}?${query}`
}

/** As on the service: managed login shows nothing for a client without a style. */
function pagesUnavailable({ t }: Language, koa: ParameterizedContext): Promise<void> {
  return renderError(koa, { status: 403, title: t('problem.unavailable.title'), text: t('problem.unavailable') })
}

function redirect(koa: ParameterizedContext, address: string): void {
  koa.set('Cache-Control', 'no-store')
  koa.set('Referrer-Policy', 'no-referrer')
  koa.status = 303
  koa.redirect(address)
}
