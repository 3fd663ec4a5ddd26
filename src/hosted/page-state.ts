import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { SealBroken } from '../lib/seal.ts'
import type { AuthorizationRequest } from '../oauth/interaction.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import { cookiesBelow, readCookie, setCookie } from './cookies.ts'
import type { PageName } from './page-name.ts'

/**
 * What the pages of one sign-in remember between requests: sealed in a cookie of this browser, and never in an address.
 * It never contains a password.
 */
export interface PageState {
  /** The username as typed, for the confirmation and recovery pages. */
  username?: string
  /** The session of a sign-up, which may continue as a sign-in once it is confirmed. */
  signUpSession?: string
  /** Where a code was sent, masked. */
  delivery?: { medium: string; destination: string }
  /** The session of the challenge that awaits an answer. */
  session?: string
  /** Whether the first factor was one of several. */
  anotherWay?: boolean
  /** The second factor being set up, if there are several. */
  setUp?: string
  /** The account is new, so the first sign-in ends with the offer of a passkey. */
  isNew?: boolean
  /** The result of the sign-in, if another page follows it. */
  done?: { userId: string; proven: Proven }
  /** The user is signed in but wants to use another account. */
  otherAccount?: boolean
  /** Shown once, on the next page. */
  flash?: Flash
}

export interface Flash {
  page: PageName | 'account'
  alert?: { kind: 'error' | 'success' | 'warning'; text: string }
  /** Errors by field. */
  errors?: Record<string, string>
  /** Typed values by field. */
  values?: Record<string, string>
}

/** The part that related pages share: those of a sign-in, or of the signed-in user's account. */
export type PageStateOwner = Pick<AuthorizationRequest, 'surface' | 'uid'> & { pool: { id: string } }

const lifetime = 60 * 60
// Browsers store cookies of up to 4096 bytes. Sealed and in base64, this many characters take about 3500.
const maxTextLength = 2000

export function readPageState(ctx: Context, koa: ParameterizedContext, request: PageStateOwner): PageState {
  const value = readCookie(koa, request.surface, cookieOf(request))
  if (!value) return {}
  try {
    const { until, ...state } = JSON.parse(
      ctx.keyring.open(Buffer.from(value, 'base64url'), placeOf(request)).toString(),
    ) as PageState & { until: number }
    return until > ctx.clock.now().getTime() ? state : {}
  } catch (error) {
    if (error instanceof SealBroken) return {}
    throw error
  }
}

export function writePageState(
  ctx: Context,
  koa: ParameterizedContext,
  request: PageStateOwner,
  state: PageState,
): void {
  const fields = Object.fromEntries(Object.entries(fitted(state)).filter(([, value]) => value !== undefined))
  if (Object.keys(fields).length === 0) {
    clearPageState(koa, request)
    return
  }
  forgetOldest(koa, request)
  const until = ctx.clock.now().getTime() + lifetime * 1000
  const sealed = ctx.keyring.seal(JSON.stringify({ ...fields, until }), placeOf(request))
  setCookie(koa, request.surface, cookieOf(request), sealed.toString('base64url'), { seconds: lifetime })
}

export function clearPageState(koa: ParameterizedContext, request: PageStateOwner): void {
  if (readCookie(koa, request.surface, cookieOf(request))) setCookie(koa, request.surface, cookieOf(request), undefined)
}

/** Cookies of abandoned sign-ins must not grow the header until servers reject it. */
function forgetOldest(koa: ParameterizedContext, { surface, uid }: PageStateOwner): void {
  const others = cookiesBelow(koa, surface, 'page-').filter((other) => other !== uid)
  for (const other of others.slice(0, Math.max(0, others.length + 1 - maxSignIns)))
    setCookie(koa, surface, `page-${other}`, undefined)
}

const maxSignIns = 3

const cookieOf = ({ uid }: PageStateOwner): string => `page-${uid}`

const placeOf = ({ pool, uid }: PageStateOwner): string => `hosted-page/${pool.id}/${uid}`

/** Keeps as many typed values as fit into the cookie; the user has to retype the others. */
function fitted(state: PageState): PageState {
  if (!state.flash) return state
  const { alert, errors = {}, values = {} } = state.flash
  let room = maxTextLength - JSON.stringify({ ...state, flash: undefined }).length
  const take = (texts: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(texts).filter(([name, text]) => {
        const size = Buffer.byteLength(JSON.stringify([name, text]))
        if (size > room) return false
        room -= size
        return true
      }),
    )
  const short = (text: string) => (text.length > 500 ? `${text.slice(0, 499)}…` : text)
  const shortErrors = Object.fromEntries(Object.entries(errors).map(([name, text]) => [name, short(text)]))
  if (alert) room -= Buffer.byteLength(short(alert.text))
  const flash = {
    page: state.flash.page,
    ...(alert && { alert: { kind: alert.kind, text: short(alert.text) } }),
    errors: take(shortErrors),
    values: take(values),
  }
  return { ...state, flash }
}
