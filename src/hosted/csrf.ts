import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { sameBytes } from '../lib/constant-time.ts'
import { randomToken } from '../lib/ids.ts'
import type { Surface } from '../oauth/surface.ts'
import { readCookie, setCookie } from './cookies.ts'

/**
 * A form is accepted only from the browser it was shown in, for the sign-in it was shown for, and on the page it
 * belongs to. Its token is a MAC over these and a secret that only this browser's cookie holds. The login form is
 * protected too, so nobody can be signed in to an attacker's account.
 */
export interface FormPlace {
  surface: Surface
  uid: string
  page: string
}

const cookie = 'form'
const secretForm = /^[\w-]{43}$/

export function formToken(ctx: Context, koa: ParameterizedContext, place: FormPlace): string {
  return tokenOf(ctx, browserSecret(koa, place.surface), place).toString('base64url')
}

export function isFormTokenValid(ctx: Context, koa: ParameterizedContext, place: FormPlace, token: string): boolean {
  const site = koa.get('Sec-Fetch-Site')
  if (site !== '' && site !== 'same-origin' && site !== 'none') return false
  const secret = readCookie(koa, place.surface, cookie)
  if (!secret || !secretForm.test(secret)) return false
  return sameBytes(Buffer.from(token, 'base64url'), tokenOf(ctx, secret, place))
}

/** Created when the first form is shown; lasts for the browser session. */
function browserSecret(koa: ParameterizedContext, surface: Surface): string {
  const known: unknown = koa.state.formSecret ?? readCookie(koa, surface, cookie)
  if (typeof known === 'string' && secretForm.test(known)) return known
  const made = randomToken(32)
  koa.state.formSecret = made
  setCookie(koa, surface, cookie, made)
  return made
}

const tokenOf = (ctx: Context, secret: string, { surface, uid, page }: FormPlace): Buffer =>
  ctx.keyring.mac('csrf', surface.poolId, secret, uid, page)
