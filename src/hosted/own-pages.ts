/** Pages that belong to no sign-in; all they need is in their address. */
import type { ParameterizedContext } from 'koa'
import type { RequestContext } from '../context.ts'
import { isOn, offersAccountPage } from '../model/extensions.ts'
import type { Surface } from '../oauth/surface.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { accountPage } from './account/account.ts'
import { accountPageNames, accountPath } from './account/visit.ts'
import { approvePage } from './approve-page.ts'
import { confirmByLink } from './confirm-user.ts'
import { devicePage } from './device-pages.ts'
import { errorPage } from './error-page.ts'
import { eventFeedback } from './event-feedback.ts'
import { showMessage, showProblem } from './message-page.ts'
import { queryOf } from './query-of.ts'
import type { Language } from './texts/texts.ts'
import { type MessageView, messageView } from './views/message-view.ts'
import { signOutView } from './views/sign-out-view.ts'

type OwnPage = (ctx: RequestContext, koa: ParameterizedContext, surface: Surface, language: Language) => Promise<void>

interface OwnPageEntry {
  methods: string[]
  /** Whether the pool has it. */
  isOffered?: (pool: Pool) => boolean
  show: OwnPage
}

const account: OwnPageEntry = {
  methods: ['GET', 'HEAD', 'POST'],
  isOffered: offersAccountPage,
  show: accountPage,
}

const ownPages: Record<string, OwnPageEntry | undefined> = {
  ...Object.fromEntries(accountPageNames.map((name) => [accountPath(name), account])),
  '/error': {
    methods: ['GET', 'HEAD'],
    show: (ctx, koa, surface, language) =>
      say(ctx, koa, surface, language, errorPage(language.t, queryOf(koa, 'error'))),
  },
  '/signout': {
    methods: ['GET', 'HEAD'],
    show(ctx, koa, surface, language) {
      const view = signOutView(language.t, `${surface.base}/logout`, new URLSearchParams(koa.querystring))
      return showMessage(ctx, koa, surface, { template: 'pages/sign-out', view, language })
    },
  },
  '/signedout': {
    methods: ['GET', 'HEAD'],
    show(ctx, koa, surface, language) {
      const { t } = language
      const view = messageView({ title: t('signedOut.title'), text: t('signedOut.text'), failed: false })
      return say(ctx, koa, surface, language, view)
    },
  },
  '/confirmuser': {
    // A HEAD must not have the side effects of a GET.
    methods: ['GET'],
    async show(ctx, koa, surface, language) {
      const view = await confirmByLink(ctx, language.t, surface.poolId, (name) => queryOf(koa, name))
      return say(ctx, koa, surface, language, view)
    },
  },
  '/device': {
    methods: ['GET', 'HEAD', 'POST'],
    isOffered: (pool) => isOn('DeviceAuthorization', pool),
    show: devicePage,
  },
  '/approve': {
    methods: ['GET', 'HEAD', 'POST'],
    isOffered: (pool) => isOn('BackchannelAuthentication', pool),
    show: approvePage,
  },
  '/feedback': {
    methods: ['GET', 'HEAD', 'POST'],
    async show(ctx, koa, surface, language) {
      const query = new URLSearchParams(koa.querystring)
      const sent = koa.method === 'POST'
      const answer = await eventFeedback(ctx, language.t, { poolId: surface.poolId, query, sent })
      if ('say' in answer) return say(ctx, koa, surface, language, answer.say)
      return showMessage(ctx, koa, surface, { template: 'pages/feedback', view: answer.ask, language })
    },
  },
}

export const ownPagePaths = Object.keys(ownPages)

/** Returns false if the address is not one of these pages. */
export async function showOwnPage(...[ctx, koa, surface, language]: Parameters<OwnPage>): Promise<boolean> {
  const page = ownPages[surface.path.toLowerCase()]
  if (!page || (page.isOffered && !(surface.pool && page.isOffered(surface.pool)))) return false
  if (page.methods.includes(koa.method)) await page.show(ctx, koa, surface, language)
  else await refuseMethod(ctx, koa, surface, language, page.methods.join(', '))
  return true
}

export function refuseMethod(
  ctx: RequestContext,
  koa: ParameterizedContext,
  surface: Surface,
  language: Language,
  allow: string,
): Promise<void> {
  const { t } = language
  koa.set('Allow', allow)
  return showProblem(ctx, koa, surface, { status: 405, title: t('problem.title'), text: t('problem.method') })
}

const say = (...[ctx, koa, surface, language, view]: [...Parameters<OwnPage>, MessageView]): Promise<void> =>
  showMessage(ctx, koa, surface, { status: view.failed ? 400 : 200, view, language })
