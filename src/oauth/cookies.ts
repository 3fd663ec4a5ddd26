import { hash } from 'node:crypto'
import type { ParameterizedContext } from 'koa'
import { cookiesIn } from '../lib/cookie-header.ts'
import type { Surface } from './surface.ts'

/**
 * The cookies of one pool at one of its addresses. Their names contain the pool id, since pools in the path form share
 * a host. Their values are random ids, so signing them would add nothing.
 */
export interface CookieJar {
  session: string
  /** The engine's own cookie. */
  interaction: string
  resume: string
  /** One for each open request of the browser, by fingerprint. */
  requestPrefix: string
  options: { path: string; secure: boolean; httpOnly: true; sameSite: 'lax'; signed: false; overwrite: true }
}

export function cookiesOf({ poolId, base, origin }: Pick<Surface, 'poolId' | 'base' | 'origin'>): CookieJar {
  const secure = origin.startsWith('https:')
  // __Host- requires Path=/.
  const prefix = !secure ? '' : base === '' ? '__Host-' : '__Secure-'
  const name = `poolhouse-${poolId}`
  return {
    session: `${prefix}${name}-session`,
    interaction: `${prefix}${name}-interaction`,
    // The engine sets it for the path of one address.
    resume: `${secure ? '__Secure-' : ''}${name}-resume`,
    requestPrefix: `${prefix}${name}-request-`,
    options: { path: `${base}/`, secure, httpOnly: true, sameSite: 'lax', signed: false, overwrite: true },
  }
}

// The parameters that tell requests apart. Others, such as the language, may change while a request is open.
const distinguishing = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'resource',
  'acr_values',
  'max_age',
]

/** Names a request within a browser, so that each tab finds its own by the query in its address. */
export function fingerprint(query: URLSearchParams): string {
  const pushed = query.get('request_uri')
  const names = pushed === null ? distinguishing.map((name) => query.get(name)) : [query.get('client_id'), pushed]
  const parts = JSON.stringify(names)
  return hash('sha256', parts, 'base64url').slice(0, 12)
}

/** Request cookies of this browser, in the order in which they were first set. */
export function requestCookies(koa: ParameterizedContext, { requestPrefix }: CookieJar): [name: string, uid: string][] {
  return cookiesIn(koa.req).filter(([name]) => name.startsWith(requestPrefix))
}

const maxRequests = 10

/**
 * Ties a request to this browser. Beyond a number the oldest are dropped, before the header gets too long for servers.
 */
export function bindRequest(
  koa: ParameterizedContext,
  jar: CookieJar,
  query: URLSearchParams,
  uid: string,
  lifetime: number,
): void {
  const name = jar.requestPrefix + fingerprint(query)
  const others = requestCookies(koa, jar).filter(([other]) => other !== name)
  for (const [other] of others.slice(0, Math.max(0, others.length + 1 - maxRequests))) dropCookie(koa, jar, other)
  koa.cookies.set(name, uid, { ...jar.options, maxAge: lifetime * 1000 })
}

export function dropCookie(koa: ParameterizedContext, jar: CookieJar, name: string): void {
  koa.cookies.set(name, null, jar.options)
}
