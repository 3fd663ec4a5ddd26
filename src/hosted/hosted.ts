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
import { type AuthorizationRequest, currentRequest } from '../oauth/interaction.ts'
import { createSurfaceFinder, type Surface } from '../oauth/surface.ts'
import { observeResult } from '../pool/clients/observe-result.ts'
import { findPool } from '../pool/pools/pool.ts'
import { isOverloaded } from '../store/unavailable.ts'
import { addPasskeyDirectly } from './add-passkey-directly.ts'
import { serveAsset } from './assets.ts'
import { addressOf, againLink, begin, requestedPage } from './begin.ts'
import { brandOf } from './branding/brand.ts'
import { serveBranding } from './branding/serve-branding.ts'
import { createVisit } from './create-visit.ts'
import { isFormTokenValid } from './csrf.ts'
import { languageOf } from './language.ts'
import { languageAt, showProblem } from './message-page.ts'
import { ownPagePaths, refuseMethod, showOwnPage } from './own-pages.ts'
import { type PageName, pageAt, pagePaths } from './page-name.ts'
import { readPageState, writePageState } from './page-state.ts'
import { pages } from './pages/index.ts'
import { type Form, FormRefused, readForm } from './read-form.ts'
import { redirect, respond } from './respond.ts'
import { renderError } from './show.ts'
import { refusalText } from './texts/refusal-text.ts'
import type { Language } from './texts/texts.ts'
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
    try {
      return await answer(ctx, koa, next, { surface, isBranding })
    } catch (error) {
      if (isOverloaded(error)) throw error
      await showFailure(ctx, koa, surface, error)
    }
  }
}

async function answer(
  ctx: Context,
  koa: ParameterizedContext,
  next: () => Promise<unknown>,
  { surface, isBranding }: { surface: Surface; isBranding: boolean },
): Promise<unknown> {
  const request = { ...ctx, requestId: randomUUID(), clientAddress: koa.ip, userAgent: koa.get('user-agent') }
  const arrived = await arrive(request, koa, surface)
  surface.pool ??= await findPool(ctx, surface.poolId)
  if (!surface.pool) return next()
  if (isBranding && (await serveBranding(ctx, koa, surface))) return
  const language = await languageAt(ctx, koa, surface)
  const name = pageAt(surface.path)
  if (name) return answerPage({ ctx: request, koa, surface, language, name }, arrived)
  return (await showOwnPage(request, koa, surface, language)) ? undefined : next()
}

async function showFailure(ctx: Context, koa: ParameterizedContext, surface: Surface, error: unknown): Promise<void> {
  const { t } = await languageAt(ctx, koa, surface).catch(() => languageOf(koa))
  const title = t('problem.title')
  if (error instanceof TooManyRequests)
    return showProblem(ctx, koa, surface, { status: 429, title, text: refusalText(t, error) })
  if (error instanceof FormRefused) {
    const text = t(error.status === 413 ? 'problem.tooLarge' : 'problem.method')
    return showProblem(ctx, koa, surface, { status: error.status, title, text })
  }
  koa.app.emit('error', error, koa)
  await renderError(koa, { status: 500, title, text: t('error.unexpected') })
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

/** A request for a page of a sign-in. */
interface PageRequest {
  ctx: RequestContext
  koa: ParameterizedContext
  surface: Surface
  language: Language
  name: PageName
}

async function answerPage(asked: PageRequest, { request, form }: Arrived): Promise<void> {
  const { ctx, koa, surface, language } = asked
  if (koa.method === 'GET' || koa.method === 'HEAD') return visitPage(asked, request)
  if (form) return sendForm(asked, form, request)
  await refuseMethod(ctx, koa, surface, language, 'GET, HEAD, POST')
}

async function visitPage(asked: PageRequest, request: AuthorizationRequest | undefined): Promise<void> {
  const { ctx, koa, surface, language, name } = asked
  if (name === 'addPasskey' && !(request && readPageState(ctx, koa, request).done)) return addPasskey(asked)
  if (!request) return begin(ctx, koa, surface, language, name)
  const page = name === 'login' ? requestedPage(koa) : undefined
  if (page) return redirect(koa, addressOf(request, page))

  const visit = await visitOf(asked, request)
  if (!visit) return pagesUnavailable(asked)
  const { flash } = visit.state
  const shown = flash?.page === name
  if (shown) visit.state = { ...visit.state, flash: undefined }
  const answer = await pages[name].get(visit)
  // A HEAD shows nothing, so it must not consume a message that is shown once.
  if (shown && 'show' in answer && koa.method === 'GET') writePageState(ctx, koa, request, visit.state)
  await respond(koa, ctx, visit, language, answer)
}

async function sendForm(asked: PageRequest, form: Form, request: AuthorizationRequest | undefined): Promise<void> {
  const { ctx, koa, surface, language, name } = asked
  const uid = form('uid')
  if (name === 'addPasskey' && !request) return addPasskey(asked, form)
  if (!isFormTokenValid(ctx, koa, { surface, uid, page: name }, form('_csrf')))
    return refuseForm(asked, 403, 'problem.forgery')
  if (!request || request.uid !== uid) return refuseForm(asked, 400, 'problem.expired')
  const visit = await visitOf(asked, request)
  if (!visit) return pagesUnavailable(asked)
  const post = pages[name].post as (visit: Visit, form: Form) => Promise<Answer>
  const answer = await (signInPages.has(name) ? countedSignIn(visit, () => post(visit, form)) : post(visit, form))
  await respond(koa, ctx, visit, language, answer)
}

const addPasskey = ({ ctx, koa, surface, language }: PageRequest, form?: Form): Promise<void> =>
  addPasskeyDirectly(ctx, koa, surface, language, (address) => redirect(koa, address), form)

function refuseForm(
  { ctx, koa, surface, language }: PageRequest,
  status: number,
  problem: 'problem.forgery' | 'problem.expired',
): Promise<void> {
  const { t } = language
  const link = againLink(koa, surface, language)
  return showProblem(ctx, koa, surface, { status, title: t(`${problem}.title`), text: t(problem), link })
}

/** Undefined where the pages of the app are not available. */
async function visitOf(
  { ctx, koa, language, name }: PageRequest,
  request: AuthorizationRequest,
): Promise<Visit | undefined> {
  const brand = await brandOf(ctx, request)
  return brand === 'unavailable' ? undefined : createVisit(koa, ctx, request, language, name, brand)
}

const signInPages = new Set<PageName>(['login', 'challenge'])

/** Like a sign-in call of the API. Most refusals are shown as a page, so only throttling is distinguished. */
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

/** As on the service: managed login shows nothing for a client without a style. */
function pagesUnavailable({ koa, language: { t } }: PageRequest): Promise<void> {
  return renderError(koa, { status: 403, title: t('problem.unavailable.title'), text: t('problem.unavailable') })
}
