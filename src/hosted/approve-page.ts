/**
 * The page of backchannel authentication (OpenID Connect CIBA), where users answer what an app asks them:
 *
 *   /approve?request=… ──▶ signed in? ──no──▶ the login pages ──▶ /approve?state=… ──▶ /approve?request=…
 *                             └──yes──▶ "Allow it?" ──▶ allowed or not; the app learns it when it asks next, or by a ping
 *
 * The link alone allows nothing: whoever opens it has to sign in as the user whom the app named.
 */
import type { ParameterizedContext } from 'koa'
import type { RequestContext } from '../context.ts'
import {
  type Approval,
  answerApproval,
  approvalPath,
  approvalSignInUrl,
  type BrowserSession,
  browserSession,
  findApproval,
  hasReached,
  takeCode,
} from '../oauth/interaction.ts'
import type { Surface } from '../oauth/surface.ts'
import { type FormPlace, formToken, isFormTokenValid } from './csrf.ts'
import { showMessage, showProblem } from './message-page.ts'
import { queryOf } from './query-of.ts'
import { readForm } from './read-form.ts'
import type { Language } from './texts/texts.ts'
import { approveView } from './views/approve-view.ts'
import { accountName } from './views/consent-view.ts'
import { messageView } from './views/message-view.ts'

interface Visit {
  ctx: RequestContext
  koa: ParameterizedContext
  surface: Surface
  language: Language
}

export async function approvePage(
  ctx: RequestContext,
  koa: ParameterizedContext,
  surface: Surface,
  language: Language,
): Promise<void> {
  const visit = { ctx, koa, surface, language }
  const ticket = queryOf(koa, 'state') || queryOf(koa, 'request')
  const approval = await findApproval(ctx, surface.poolId, ticket)
  const code = queryOf(koa, 'code')
  if (code) await takeCode(ctx, surface, code)
  if (!approval) return refuseOver(visit)
  const session = await browserSession(ctx, koa, surface)
  const isOwn = session?.user.id === approval.asked.accountId
  const isEnough = session && (!isOwn || (await hasReached(ctx, approval, session)))
  if (queryOf(koa, 'state')) return comeBack(visit, approval, isEnough)
  if (!session || !isEnough || queryOf(koa, 'again'))
    return redirect(koa, await approvalSignInUrl(ctx, surface, approval, { again: session !== undefined }))
  if (!isOwn) return refuseOther(visit, approval, session)
  return koa.method === 'POST' ? takeAnswer(visit, approval, session) : ask(visit, approval, session)
}

/** From the login pages. A browser that is not signed in after all is not sent there forever. */
function comeBack(visit: Visit, { asked }: Approval, isEnough: boolean | undefined): Promise<void> | void {
  const { koa, surface } = visit
  if (isEnough && !queryOf(koa, 'error')) return redirect(koa, `${surface.base}${approvalPath(asked)}`)
  const { t } = visit.language
  const link = { url: `${surface.base}${approvalPath(asked)}`, text: t('problem.startAgain') }
  return showProblem(visit.ctx, koa, surface, {
    status: 400,
    title: t('problem.title'),
    text: t('problem.any'),
    link,
  })
}

function ask(visit: Visit, approval: Approval, session: BrowserSession): Promise<void> {
  const { ctx, koa, surface, language } = visit
  const place = placeOf(visit, session)
  const form = {
    action: `${surface.base}${approvalPath(approval.asked)}`,
    token: formToken(ctx, koa, place),
    uid: place.uid,
  }
  const view = approveView(language.t, form, approval, session.user)
  return showMessage(ctx, koa, surface, { template: 'pages/approve', view, language })
}

async function takeAnswer(visit: Visit, approval: Approval, session: BrowserSession): Promise<void> {
  const { ctx, koa, surface, language } = visit
  const { t } = language
  const form = await readForm(koa)
  if (!isFormTokenValid(ctx, koa, placeOf(visit, session), form('_csrf'))) {
    const problem = { status: 403, title: t('problem.forgery.title'), text: t('problem.forgery') }
    return showProblem(ctx, koa, surface, problem)
  }
  const answer = form('answer')
  if (answer !== 'allow' && answer !== 'deny') return ask(visit, approval, session)
  const isAllowed = answer === 'allow'
  if (!(await answerApproval(ctx, approval, session, isAllowed))) return refuseOver(visit)
  const title = t(isAllowed ? 'approve.done.title' : 'approve.denied.title')
  const view = messageView({ title, text: t('device.denied.text'), failed: false })
  return showMessage(ctx, koa, surface, { view, language })
}

/** The form is the session's: somebody else may have signed in with this browser since, or the user anew. */
const placeOf = ({ surface }: Visit, { id }: BrowserSession): FormPlace => ({ surface, uid: id, page: 'approve' })

function refuseOver({ ctx, koa, surface, language: { t } }: Visit): Promise<void> {
  return showProblem(ctx, koa, surface, { status: 400, title: t('approve.over.title'), text: t('approve.over') })
}

/** Says nothing of what the app asks, or of whom. */
function refuseOther(
  { ctx, koa, surface, language: { t } }: Visit,
  { asked }: Approval,
  { user }: BrowserSession,
): Promise<void> {
  return showProblem(ctx, koa, surface, {
    status: 403,
    title: t('problem.title'),
    text: t('approve.other', { account: accountName(user) }),
    link: { url: `${surface.base}${approvalPath(asked)}&again=1`, text: t('accounts.other') },
  })
}

function redirect(koa: ParameterizedContext, address: string): void {
  koa.set('Cache-Control', 'no-store')
  koa.set('Referrer-Policy', 'no-referrer')
  koa.status = 303
  koa.redirect(address)
}
