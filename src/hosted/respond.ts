import type { ParameterizedContext } from 'koa'
import type { RequestContext } from '../context.ts'
import { type AuthorizationRequest, abortRequest, allowRequest, finishRequest } from '../oauth/interaction.ts'
import { addressOf } from './begin.ts'
import type { PageName } from './page-name.ts'
import { clearPageState, writePageState } from './page-state.ts'
import { showPage } from './show.ts'
import type { Language } from './texts/texts.ts'
import { messageView } from './views/message-view.ts'
import type { Answer, Visit } from './visit.ts'

/** Does what a page has answered. */
export async function respond(
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

export function redirect(koa: ParameterizedContext, address: string): void {
  koa.set('Cache-Control', 'no-store')
  koa.set('Referrer-Policy', 'no-referrer')
  koa.status = 303
  koa.redirect(address)
}
