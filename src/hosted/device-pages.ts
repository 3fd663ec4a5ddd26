/**
 * The two pages of device authorization (RFC 8628):
 *
 *   /device ──code──▶ signed in? ──no──▶ the login pages ──▶ /device?state=code
 *                        └──yes──▶ "Allow it?" ──▶ allowed or not; the device learns it when it asks next
 */
import type { ParameterizedContext } from 'koa'
import type { RequestContext } from '../context.ts'
import {
  answerDevice,
  browserSession,
  deviceSignInUrl,
  findDevice,
  takeCode,
  type WaitingDevice,
} from '../oauth/interaction.ts'
import type { Surface } from '../oauth/surface.ts'
import { formToken, isFormTokenValid } from './csrf.ts'
import { showMessage, showProblem } from './message-page.ts'
import { queryOf } from './query-of.ts'
import { readForm } from './read-form.ts'
import type { Language } from './texts/texts.ts'
import { deviceConfirmView, deviceView } from './views/device-view.ts'
import { messageView } from './views/message-view.ts'
import type { FormView } from './views/page-view.ts'

interface Visit {
  ctx: RequestContext
  koa: ParameterizedContext
  surface: Surface
  language: Language
}

const page = 'device'

export async function devicePage(
  ctx: RequestContext,
  koa: ParameterizedContext,
  surface: Surface,
  language: Language,
): Promise<void> {
  const visit = { ctx, koa, surface, language }
  if (koa.method !== 'POST') return showFirst(visit)
  const form = await readForm(koa)
  const place = { surface, uid: form('uid'), page }
  if (!isFormTokenValid(ctx, koa, place, form('_csrf'))) {
    const { t } = language
    const problem = { status: 403, title: t('problem.forgery.title'), text: t('problem.forgery') }
    return showProblem(ctx, koa, surface, problem)
  }
  const typed = form('user_code')
  const device = await findDevice(ctx, koa, surface, typed)
  if (!device) return askCode(visit, { value: typed.slice(0, 32), error: language.t('device.unknown') })
  const answer = form('answer')
  if (answer) return takeAnswer(visit, device, { allowed: answer === 'allow', shownTo: form('uid') })
  koa.set('Cache-Control', 'no-store')
  koa.status = 303
  koa.redirect(deviceSignInUrl(surface, device))
}

/** A user who returns from the login pages has typed the code already; others type it, or find it filled in. */
async function showFirst(visit: Visit): Promise<void> {
  const { ctx, koa, surface } = visit
  const code = queryOf(koa, 'code')
  if (code) await takeCode(ctx, surface, code)
  const state = queryOf(koa, 'state')
  const session = state ? await browserSession(ctx, koa, surface) : undefined
  if (!state || !session) return askCode(visit, { value: (queryOf(koa, 'user_code') ?? '').slice(0, 32) })
  const device = await findDevice(ctx, koa, surface, state)
  if (!device) return askCode(visit, { error: visit.language.t('device.unknown') })
  const view = deviceConfirmView(visit.language.t, formOf(visit, session.id), { device, user: session.user })
  return show(visit, 'pages/device-confirm', view)
}

/** `shownTo` is the session that the page was shown to: somebody else may have signed in with this browser since. */
async function takeAnswer(
  visit: Visit,
  device: WaitingDevice,
  { allowed, shownTo }: { allowed: boolean; shownTo: string },
): Promise<void> {
  const { ctx, koa, surface, language } = visit
  const { t } = language
  const session = await browserSession(ctx, koa, surface)
  if (session?.id !== shownTo) {
    koa.status = 303
    return koa.redirect(deviceSignInUrl(surface, device))
  }
  const done = await answerDevice(ctx, surface, device, session, allowed)
  if (!done) return askCode(visit, { error: t('device.unknown') })
  const [title, text] = allowed
    ? [t('device.done.title'), t('device.done.text')]
    : [t('device.denied.title'), t('device.denied.text')]
  return show(visit, 'pages/message', messageView({ title, text, failed: false }))
}

const askCode = (visit: Visit, typed: { value?: string; error?: string }) =>
  show(visit, 'pages/device', deviceView(visit.language.t, formOf(visit), typed), typed.error ? 400 : 200)

function formOf({ ctx, koa, surface }: Visit, uid = 'device'): FormView {
  return { action: `${surface.base}/device`, token: formToken(ctx, koa, { surface, uid, page }), uid }
}

const show = (
  { ctx, koa, surface, language }: Visit,
  template: string,
  view: Parameters<typeof showMessage>[3]['view'],
  status = 200,
) => showMessage(ctx, koa, surface, { status, template, view, language })
