import { createHash } from 'node:crypto'
import type { ParameterizedContext } from 'koa'
import type { Surface } from './surface.ts'

/**
 * The cookies of one pool at one of its addresses. Names carry the pool, since pools in the path form share a host. What
 * is in them is random and of no meaning elsewhere, so there is nothing that a signature would add.
 */
export interface CookieJar {
  session: string
  /** The engine's own, which it sets beside ours. */
  interaction: string
  resume: string
  /** One for each request that the browser is at, by fingerprint. */
  requestPrefix: string
  options: { path: string; secure: boolean; httpOnly: true; sameSite: 'lax'; signed: false; overwrite: true }
}

export function cookiesOf({ poolId, base, origin }: Pick<Surface, 'poolId' | 'base' | 'origin'>): CookieJar {
  const secure = origin.startsWith('https:')
  // __Host- is for Path=/ alone.
  const prefix = !secure ? '' : base === '' ? '__Host-' : '__Secure-'
  const name = `poolhouse-${poolId}`
  return {
    session: `${prefix}${name}-session`,
    interaction: `${prefix}${name}-interaction`,
    // The engine gives it the path of the one address that it is for.
    resume: `${secure ? '__Secure-' : ''}${name}-resume`,
    requestPrefix: `${prefix}${name}-request-`,
    options: { path: `${base}/`, secure, httpOnly: true, sameSite: 'lax', signed: false, overwrite: true },
  }
}

// What tells requests apart. The language, say, may change while a user is at one.
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
  return createHash('sha256').update(parts).digest('base64url').slice(0, 12)
}

/** Request cookies of this browser, in the order in which they were first set. */
export function requestCookies(koa: ParameterizedContext, { requestPrefix }: CookieJar): [name: string, uid: string][] {
  return (koa.req.headers.cookie ?? '')
    .split(/; */)
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
    .filter(([name]) => name.startsWith(requestPrefix))
}

const maxRequests = 10

/** Ties a request to this browser. The oldest of many are let go, before the header grows too long for servers. */
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
