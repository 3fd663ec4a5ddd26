/** The only door from the login pages to OAuth. */
import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import { type Client, findClient } from '../pool/clients/client.ts'
import type { Owner } from '../pool/clients/owner.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { acrName, type Proven } from '../pool/tokens/proven.ts'
import type { User } from '../pool/users/user.ts'
import { answerApp } from './answer-app.ts'
import { lacksEssential, levelsOf, reaches } from './assurance.ts'
import { keepConsent, type Question, questionOf } from './consent.ts'
import { cookiesOf, dropCookie, fingerprint, requestCookies } from './cookies.ts'
import { requestLifetime, runEngine } from './engine.ts'
import type { EngineRun } from './engine-run.ts'
import { findRecord } from './find-record-store.ts'
import { finishInteraction } from './new-record-store.ts'
import type { OAuthRecord, RecordKey } from './record.ts'
import { deleteRecord } from './record-store.ts'
import { type AppTarget, answerTo, type Refusal, refusalAnswer, sendTo } from './redirect.ts'
import { type BrowserSession, packProven, sessionKey } from './session.ts'
import type { Surface } from './surface.ts'

export { accountSignInUrl, endAllSessions, endBrowserSession, takeCode } from './account.ts'
export { findApp } from './app.ts'
export {
  type Approval,
  answerApproval,
  approvalPath,
  approvalSignInUrl,
  approvalsOf,
  findApproval,
  hasReached,
} from './approval.ts'
export { answerDevice, deviceSignInUrl, findDevice, shownCode, type WaitingDevice } from './device.ts'
export { pageQuery } from './engine.ts'
export { type BrowserSession, browserSession } from './session.ts'

/** An authorization request as the login pages see it. */
export interface AuthorizationRequest {
  /** Goes into every form: several tabs of one browser may be at several requests. */
  uid: string
  pool: Pool
  client: Client
  surface: Surface
  /** As the app sent them: client_id, redirect_uri, response_type, scope, state, nonce, lang, login_hint, prompt … */
  parameters: Record<string, string>
  /** The levels that the sign-in is to reach, as its `TARGET_ACR_VALUES`. */
  targetAcr?: string
  /** Where the sign-in ends, as a source of CSP's form-action: an origin, or `scheme:` of an app's own. */
  redirectOrigin: string
  /** Set where a user has signed in and has to consent. */
  question?: Question
  /** What the engine has stored of it. */
  record: Interaction
}

type Interaction = Pick<OAuthRecord, 'poolId' | 'model' | 'id' | 'payload'>

/**
 * This browser's open request: the one that `uid` (of a form) names, else the one that the query describes, else the
 * latest. Requests of other browsers are not found, whatever the form says.
 */
export async function currentRequest(
  ctx: Context,
  koa: ParameterizedContext,
  surface: Surface,
  uid?: string,
): Promise<AuthorizationRequest | undefined> {
  const id = requestOfBrowser(koa, surface, uid)
  if (!id || id.length > 128) return undefined
  const record = await findRecord(ctx, { poolId: surface.poolId, model: 'Interaction', id })
  // Records of an older release don't name their client.
  const owner = record && (record.owner ?? (await findClient(ctx, sentBy(record).client_id!)))
  if (owner?.pool.id !== surface.poolId) return undefined
  surface.pool = owner.pool
  return requestOf(surface, owner, record!)
}

/** A stored request as the pages see it. */
export function requestOf(surface: Surface, owner: Owner, record: Interaction): AuthorizationRequest {
  const parameters = sentBy(record)
  const { levels } = levelsOf(record.payload.params as object)
  const targetAcr = levels.map((level) => acrName(owner.pool, level)).join(' ') || undefined
  const redirectOrigin = originOf(parameters.redirect_uri!)
  const question = questionOf(record.payload)
  return { uid: record.id, ...owner, surface, parameters, targetAcr, redirectOrigin, question, record }
}

const sentBy = ({ payload }: Interaction): Record<string, string> =>
  Object.fromEntries(new URLSearchParams((payload.params as { original: string }).original))

/**
 * For a login page whose address has the parameters of a request, while none is open: begins one, which comes back to
 * the page. False where that has just been tried, as with a browser that refuses cookies; the page then says so.
 */
export function beginRequest(ctx: Context, koa: ParameterizedContext, surface: Surface): boolean {
  const query = new URLSearchParams(koa.querystring)
  const now = Math.floor(ctx.clock.now().getTime() / 1000)
  if (now - Number(query.get(begunAt)) < 30) return false
  query.set(begunAt, String(now))
  sendTo(koa, `${surface.base}/oauth2/authorize?${query}`)
  return true
}

const begunAt = 'begun'

/** Whether the signed-in user has proven what the app requires, and recently enough. */
export async function isEnough(
  ctx: Context,
  { pool, client, parameters, record }: AuthorizationRequest,
  { user, proven }: BrowserSession,
): Promise<boolean> {
  const { max_age } = parameters
  const { subject } = record.payload.params as { subject?: string }
  if (subject !== undefined && subject !== user.id) return false
  if (pool.settings.UserPoolTier === 'LITE' && !isOn('OpenIdRequests', pool, client)) return true
  if (max_age !== undefined && ctx.clock.now().getTime() - proven.at > Number(max_age) * 1000) return false
  const { levels } = levelsOf(record.payload.params as object)
  return levels.length === 0 || reaches(ctx, pool, { userId: user.id, proven }, levels)
}

/**
 * The sign-in is done: a new browser session replaces any before it, and 303 leads to the app. The engine continues the
 * stored request as if the browser had come back to it.
 */
export async function finishRequest(
  ctx: Context,
  koa: ParameterizedContext,
  request: AuthorizationRequest,
  { user, proven }: { user: User; proven: Proven },
): Promise<void> {
  const { pool, surface, record } = request
  if (user.poolId !== pool.id) throw new Error('A user of another pool')
  const { subject } = record.payload.params as { subject?: string }
  if (subject !== undefined && subject !== user.id)
    return abortRequest(ctx, koa, request, { error: 'login_required', description: 'another user has signed in' })
  if (lacksEssential(proven, record.payload.params as object))
    return abortRequest(ctx, koa, request, { error: 'access_denied', description: 'acr was not reached' })
  const login = { accountId: user.id, ts: Math.floor(proven.at / 1000), amr: packProven(proven) }
  // The next step does not depend on the former session, and must not see it.
  const payload = { ...record.payload, session: undefined, result: { login, select_account: {} } }
  await takeUp(ctx, koa, request, { payload, known: [], signedIn: user, former: sessionKey(koa, surface) })
}

/** The user has consented: 303 to the app. False where another user has signed in than the one who was asked. */
export async function allowRequest(
  ctx: Context,
  koa: ParameterizedContext,
  request: AuthorizationRequest,
): Promise<boolean> {
  const { pool, client, surface, record, question } = request
  const key = sessionKey(koa, surface)
  const session = key && (await findRecord(ctx, key))
  if (!question || !session?.user?.enabled || session.user.id !== question.userId) return false
  await keepConsent({ ctx, pool, client }, question.userId, question.scopes.join(' '))
  const { accountId, loginTs: ts, amr } = session.payload
  // Everything else had been proven before consent was asked for.
  const result = { login: { accountId, ts, amr }, select_account: {}, consent: {} }
  await takeUp(ctx, koa, request, { payload: { ...record.payload, result }, known: [session] })
  return true
}

interface TakenUp {
  payload: Record<string, unknown>
  known: OAuthRecord[]
  signedIn?: User
  /** The session that ends. */
  former?: RecordKey
}

/** The engine continues a request, as if the browser had come back to it. */
async function takeUp(
  ctx: Context,
  koa: ParameterizedContext,
  { uid, pool, client, surface, parameters, record }: AuthorizationRequest,
  { payload, known, signedIn, former }: TakenUp,
): Promise<void> {
  const expiresAt = new Date(ctx.clock.now().getTime() + requestLifetime * 1000)
  const interaction = { ...record, payload, expiresAt, consumedAt: null }
  const run: EngineRun = { ctx, pool, client, signedIn, known: [interaction, ...known], stored: [] }
  const cookies = { resume: uid, withSession: !signedIn }
  const outcome = await withEngineCookies(koa, surface, cookies, () =>
    runEngine(koa, surface, run, `/oauth2/authorize/${uid}`),
  )

  if (!(await finishInteraction(ctx, { interaction, session: former, records: run.stored }))) {
    koa.remove('Set-Cookie')
    return sendTo(koa, `${surface.base}/login?${koa.querystring}`, 303)
  }
  // The next page still needs this request's cookie.
  if (outcome.kind !== 'asks') dropRequestCookies(koa, surface, uid)
  await answerApp(koa, run, outcome, targetOf(parameters), 303)
}

/** A stored request always has a redirect_uri. */
const targetOf = (parameters: Record<string, string>) => parameters as Record<string, string> & AppTarget

/** The engine finds a request by its own cookie; our cookie has tied the request to the browser already. */
async function withEngineCookies<T>(
  koa: ParameterizedContext,
  surface: Surface,
  { resume: uid, withSession }: { resume: string; withSession: boolean },
  run: () => Promise<T>,
): Promise<T> {
  const { session, resume } = cookiesOf(surface)
  const { headers } = koa.req
  const before = headers.cookie
  const hidden = [`${resume}=`, ...(withSession ? [] : [`${session}=`])]
  const others = before?.split(/; */).filter((pair) => !hidden.some((start) => pair.startsWith(start)))
  headers.cookie = [...(others ?? []), `${resume}=${uid}`].join('; ')
  try {
    return await run()
  } finally {
    headers.cookie = before
  }
}

/** The sign-in has failed: 303 to the app, with the error. */
export async function abortRequest(
  ctx: Context,
  koa: ParameterizedContext,
  { uid, pool, client, surface, parameters }: AuthorizationRequest,
  refusal: Refusal,
): Promise<void> {
  await deleteRecord(ctx, { poolId: surface.poolId, model: 'Interaction', id: uid })
  dropRequestCookies(koa, surface, uid)
  await answerTo(koa, { ctx, pool, client }, targetOf(parameters), refusalAnswer(refusal), 303)
}

function requestOfBrowser(koa: ParameterizedContext, surface: Surface, uid: string | undefined): string | undefined {
  const jar = cookiesOf(surface)
  const open = requestCookies(koa, jar)
  if (uid !== undefined) return open.find(([, value]) => value === uid)?.[1]
  const query = new URLSearchParams(koa.querystring)
  if (!query.has('client_id')) return open.at(-1)?.[1]
  return open.find(([name]) => name === jar.requestPrefix + fingerprint(query))?.[1]
}

function dropRequestCookies(koa: ParameterizedContext, surface: Surface, uid: string): void {
  const jar = cookiesOf(surface)
  for (const [name, value] of requestCookies(koa, jar)) if (value === uid) dropCookie(koa, jar, name)
}

function originOf(uri: string): string {
  const { origin, protocol } = new URL(uri)
  return origin === 'null' ? protocol : origin
}
