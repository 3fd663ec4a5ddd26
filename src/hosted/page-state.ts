import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { SealBroken } from '../lib/seal.ts'
import type { AuthorizationRequest } from '../oauth/interaction.ts'
import type { Proven } from '../pool/tokens/proven.ts'
import { cookiesBelow, readCookie, setCookie } from './cookies.ts'
import type { PageName } from './page-name.ts'

/**
 * What the pages of one sign-in remember from one request to the next: sealed, in a cookie of this browser, and nowhere
 * in an address. Passwords are never part of it.
 */
export interface PageState {
  /** Whose account the confirmation and recovery pages are about, as it was typed. */
  username?: string
  /** Of a sign-up that may go on to a sign-in when it is confirmed. */
  signUpSession?: string
  /** Where a code went, masked. */
  delivery?: { medium: string; destination: string }
  /** The session string of a challenge that awaits its answer. */
  session?: string
  /** Whether its first factor was one of several. */
  anotherWay?: boolean
  /** The second factor that is being set up, where there are several. */
  setUp?: string
  /** The account is new, so that a passkey is offered at the end of its first sign-in. */
  isNew?: boolean
  /** How the sign-in has ended, where a page comes after it. */
  done?: { userId: string; proven: Proven }
  /** Somebody is signed in, and wants to be somebody else. */
  otherAccount?: boolean
  /** For the next page alone. */
  flash?: Flash
}

export interface Flash {
  page: PageName
  alert?: { kind: 'error' | 'success' | 'warning'; text: string }
  /** By field. */
  errors?: Record<string, string>
  /** What was typed, by field. */
  values?: Record<string, string>
}

const lifetime = 60 * 60
// Browsers keep cookies of up to 4096 bytes; sealed and in base64 these come to some 3500.
const maxTextLength = 2000

export function readPageState(ctx: Context, koa: ParameterizedContext, request: AuthorizationRequest): PageState {
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
  request: AuthorizationRequest,
  state: PageState,
): void {
  const kept = Object.fromEntries(Object.entries(fitted(state)).filter(([, value]) => value !== undefined))
  if (Object.keys(kept).length === 0) {
    clearPageState(koa, request)
    return
  }
  forgetOldest(koa, request)
  const until = ctx.clock.now().getTime() + lifetime * 1000
  const sealed = ctx.keyring.seal(JSON.stringify({ ...kept, until }), placeOf(request))
  setCookie(koa, request.surface, cookieOf(request), sealed.toString('base64url'), { seconds: lifetime })
}

export function clearPageState(koa: ParameterizedContext, request: AuthorizationRequest): void {
  if (readCookie(koa, request.surface, cookieOf(request))) setCookie(koa, request.surface, cookieOf(request), undefined)
}

/** Sign-ins that were left halfway must not fill the header until servers refuse it. */
function forgetOldest(koa: ParameterizedContext, { surface, uid }: AuthorizationRequest): void {
  const others = cookiesBelow(koa, surface, 'page-').filter((other) => other !== uid)
  for (const other of others.slice(0, Math.max(0, others.length + 1 - maxSignIns)))
    setCookie(koa, surface, `page-${other}`, undefined)
}

const maxSignIns = 3

const cookieOf = ({ uid }: AuthorizationRequest): string => `page-${uid}`

const placeOf = ({ pool, uid }: AuthorizationRequest): string => `hosted-page/${pool.id}/${uid}`

/** What was typed is kept as far as a cookie can hold it: the rest has to be typed again. */
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
