/**
 * The pages of a user's own account. A request goes this way:
 *
 *   1. who is signed in with this browser     else to the login pages, and back
 *   2. the page is offered                    else the first one
 *   3. the sign-in is fresh enough            else once more to the login pages, and back
 *   4. a form's token is this session's       else nothing is done
 *   5. the page answers: show, go to another (303), a file, or the end of the session
 */
import type { ParameterizedContext } from 'koa'
import type { RequestContext } from '../../context.ts'
import {
  accountSignInUrl,
  type BrowserSession,
  browserSession,
  endAllSessions,
  endBrowserSession,
  findApp,
  takeCode,
} from '../../oauth/interaction.ts'
import type { Surface } from '../../oauth/surface.ts'
import { type Client, findClient } from '../../pool/clients/client.ts'
import { listClients } from '../../pool/clients/client-store.ts'
import { findMfa } from '../../pool/mfa/mfa-store.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { brandOf, loginVersion } from '../branding/brand.ts'
import { type FormPlace, formToken, isFormTokenValid } from '../csrf.ts'
import { showMessage, showProblem } from '../message-page.ts'
import { clearPageState, type Flash, type PageStateOwner, readPageState, writePageState } from '../page-state.ts'
import { queryOf } from '../query-of.ts'
import { readForm } from '../read-form.ts'
import { showPage } from '../show.ts'
import type { Language } from '../texts/texts.ts'
import { messageView } from '../views/message-view.ts'
import { activity } from './activity.ts'
import { addressPages, changeAddress, verifyAddress } from './address.ts'
import { authenticator } from './authenticator.ts'
import { data } from './data.ts'
import { deleteAccount } from './delete-account.ts'
import { devices } from './devices.ts'
import { overview } from './overview.ts'
import { passkeys } from './passkeys.ts'
import { password } from './password.ts'
import { profile } from './profile.ts'
import { sessions } from './sessions.ts'
import { twoStep } from './two-step.ts'
import {
  type AccountAnswer,
  type AccountPage,
  type AccountPageName,
  type AccountVisit,
  accountPageNames,
  accountPath,
} from './visit.ts'

const [email, phone] = addressPages as [(typeof addressPages)[0], (typeof addressPages)[0]]

const offers = (visit: AccountVisit, page: AccountPageName): boolean => pages[page].isOffered(visit)

const signOut: AccountPage = { isOffered: () => true, post: () => ({ ended: 'here' }) }

const pages: Record<AccountPageName, AccountPage> = {
  overview: overview(offers),
  profile,
  email: changeAddress(email),
  'verify-email': verifyAddress(email),
  phone: changeAddress(phone),
  'verify-phone': verifyAddress(phone),
  password,
  'two-step': twoStep,
  authenticator,
  passkeys,
  devices,
  sessions,
  activity,
  data,
  delete: deleteAccount,
  signout: signOut,
}

const byPath = new Map(accountPageNames.map((name) => [accountPath(name), name]))
const pageNamed = (name: string): AccountPageName | undefined => accountPageNames.find((one) => one === name)

/** Milliseconds since a sign-in during which it counts as fresh. */
const freshness = 10 * 60_000

interface At {
  ctx: RequestContext
  koa: ParameterizedContext
  surface: Surface
  language: Language
  pool: Pool
  name: AccountPageName
}

export async function accountPage(
  ctx: RequestContext,
  koa: ParameterizedContext,
  surface: Surface,
  language: Language,
): Promise<void> {
  const name = byPath.get(surface.path.toLowerCase()) ?? 'overview'
  const at = { ctx, koa, surface, language, pool: surface.pool!, name }
  const code = queryOf(koa, 'code')
  if (code) await takeCode(ctx, surface, code)
  if (queryOf(koa, 'error')) return refuse(at, language.t('problem.any'))
  const session = await browserSession(ctx, koa, surface)
  const client = await appOf(at, session)
  if (!client) return refuse(at, language.t('account.openFromApp'))
  if (code) return comeBack(at, session)
  if (!session) return redirect(koa, accountSignInUrl(surface, client, { state: name, again: false }))
  return showAccount(at, session, client)
}

function refuse(
  { ctx, koa, surface, language: { t } }: At,
  text: string,
  { status = 400, title = t('problem.title') }: { status?: number; title?: string } = {},
): Promise<void> {
  const link = { url: `${surface.base}/account`, text: t('problem.startAgain') }
  return showProblem(ctx, koa, surface, { status, title, text, link })
}

/**
 * Set on the return from the login pages to the page that required the sign-in. If the sign-in is still not fresh
 * enough, it is not required again forever.
 */
function comeBack(at: At, session: BrowserSession | undefined): Promise<void> | void {
  const { koa, surface, language } = at
  const target = pageNamed(queryOf(koa, 'state')) ?? 'overview'
  if (session && (!pages[target].fresh || isFresh(at, session)))
    return redirect(koa, `${surface.base}${accountPath(target)}`)
  const { t } = language
  return refuse(at, t('problem.expired'), { title: t('problem.expired.title') })
}

const isFresh = ({ ctx }: At, { proven }: BrowserSession): boolean => ctx.clock.now().getTime() - proven.at < freshness

async function showAccount(at: At, session: BrowserSession, client: Client): Promise<void> {
  const { ctx, koa, surface, pool, name, language } = at
  const { t } = language
  const brand = await brandOf(ctx, { pool, client, surface })
  if (brand === 'unavailable') return refuse(at, t('problem.unavailable'), { status: 403 })
  const visit = await createVisit(at, session, client)
  const page = pages[name]
  if (!page.isOffered(visit)) return redirect(koa, visit.link('overview'))
  if (page.fresh && !isFresh(at, session)) {
    const username = session.user.attributes.email ?? session.user.username
    return redirect(koa, accountSignInUrl(surface, client, { state: name, again: true, username }))
  }
  const answer = koa.method === 'POST' ? await send(at, visit, page) : await visitPage(at, visit, page)
  if (answer === 'forged') return refuse(at, t('problem.forgery'), { status: 403, title: t('problem.forgery.title') })
  if (!('show' in answer)) return respond(at, visit, answer)
  const status = koa.method === 'POST' ? 400 : 200
  return showPage(koa, { status, template: answer.show, view: answer.view, base: surface.base, language, brand })
}

async function createVisit(at: At, session: BrowserSession, client: Client): Promise<AccountVisit> {
  const { ctx, koa, surface, pool, language } = at
  const { user } = session
  const named = queryOf(koa, 'client_id')
  const query = named ? `?${new URLSearchParams({ client_id: named })}` : ''
  const link = (to: AccountPageName) => `${surface.base}${accountPath(to)}${query}`
  const state = readPageState(ctx, koa, stateOwner(at, session))
  return {
    ctx,
    t: language.t,
    lang: language.tag,
    pool,
    client,
    managed: loginVersion(ctx, pool, surface) === 2,
    flash: state.flash?.page === 'account' ? state.flash : { page: 'account' },
    user,
    mfa: await findMfa(ctx.db, pool.id, user.id),
    session,
    state,
    base: surface.base,
    link,
    form: (of) => ({ action: link(of), token: formToken(ctx, koa, placeOf(at, session, of)), uid: session.id }),
  }
}

const stateOwner = ({ surface, pool }: At, { user }: BrowserSession): PageStateOwner => ({
  surface,
  pool,
  uid: `account-${user.id}`,
})

/** A form belongs to the session that it was shown in: somebody else may have signed in with this browser since. */
const placeOf = ({ surface }: At, { id }: BrowserSession, name: AccountPageName): FormPlace => ({
  surface,
  uid: id,
  page: accountPath(name),
})

async function visitPage(at: At, visit: AccountVisit, page: AccountPage): Promise<AccountAnswer> {
  const { ctx, koa } = at
  if (!page.get) return { go: 'overview' }
  ctx.admit('UserRead')
  // A HEAD shows nothing, so it must not consume a message that is shown once.
  if (visit.state.flash && koa.method === 'GET')
    writePageState(ctx, koa, stateOwner(at, visit.session), { ...visit.state, flash: undefined })
  return page.get(visit)
}

async function send(at: At, visit: AccountVisit, page: AccountPage): Promise<AccountAnswer | 'forged'> {
  const { ctx, koa, name } = at
  const { session } = visit
  const form = await readForm(koa)
  const isOwn = form('uid') === session.id && isFormTokenValid(ctx, koa, placeOf(at, session, name), form('_csrf'))
  if (!isOwn) return 'forged'
  return page.post ? page.post({ ...visit, flash: { page: 'account' } }, form) : { go: name }
}

function respond(
  at: At,
  { session, link }: AccountVisit,
  answer: Exclude<AccountAnswer, { show: string }>,
): Promise<void> | void {
  const { ctx, koa } = at
  if ('file' in answer) return sendFile(koa, answer)
  if ('ended' in answer) return end(at, session, answer.ended)
  const { go, done, delivery } = answer
  const flash: Flash | undefined = done ? { page: 'account', alert: { kind: 'success', text: done } } : undefined
  writePageState(ctx, koa, stateOwner(at, session), { ...(delivery && { delivery }), ...(flash && { flash }) })
  return redirect(koa, link(go))
}

async function end(at: At, session: BrowserSession, how: 'here' | 'everywhere' | 'deleted'): Promise<void> {
  const { ctx, koa, surface, pool, language } = at
  const { t } = language
  clearPageState(koa, stateOwner(at, session))
  if (how === 'here') return endBrowserSession(ctx, koa, surface, pool)
  await endAllSessions(ctx, koa, surface, session.user.id)
  if (how === 'everywhere') return redirect(koa, `${surface.base}/signedout`)
  const view = messageView({ title: t('account.deleted.title'), text: t('account.deleted.text'), failed: false })
  return showMessage(ctx, koa, surface, { view, language })
}

/** The app whose style and rules apply: the one in the address, else that of the sign-in, else the pool's only one. */
async function appOf({ ctx, koa, pool }: At, session: BrowserSession | undefined): Promise<Client | undefined> {
  const named = queryOf(koa, 'client_id') || undefined
  const id = named ?? session?.client?.id ?? (await onlyApp(ctx, pool))
  const found = await findApp(ctx, id, pool.id)
  return found?.pool.id === pool.id ? found.client : undefined
}

const maxListed = 60

async function onlyApp(ctx: RequestContext, pool: Pool): Promise<string | undefined> {
  const listed = await listClients(ctx.db, pool.id, { after: undefined, limit: maxListed })
  const found = await Promise.all(listed.map(({ id }) => findClient(ctx, id)))
  const withPages = found.flatMap((owner) => (owner && signsInOnPages(owner.client) ? [owner.client.id] : []))
  return withPages.length === 1 && listed.length < maxListed ? withPages[0] : undefined
}

const signsInOnPages = ({ settings }: Client): boolean =>
  settings.AllowedOAuthFlowsUserPoolClient === true && settings.AllowedOAuthFlows?.includes('code') === true

function sendFile(koa: ParameterizedContext, { file, name }: { file: string; name: string }): void {
  koa.set({
    'Cache-Control': 'no-store',
    'Content-Disposition': `attachment; filename="${name}"`,
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  })
  koa.status = 200
  koa.type = 'application/json; charset=utf-8'
  koa.body = file
}

function redirect(koa: ParameterizedContext, address: string): void {
  koa.set('Cache-Control', 'no-store')
  koa.set('Referrer-Policy', 'no-referrer')
  koa.status = 303
  koa.redirect(address)
}
