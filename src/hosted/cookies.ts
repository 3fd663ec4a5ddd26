import type { ParameterizedContext } from 'koa'
import { cookieOf, cookiesIn } from '../lib/cookie-header.ts'
import type { Surface } from '../oauth/surface.ts'

/**
 * Cookies of the pages. Their names contain the pool id, since pools in path form share a host. Over https the name
 * prefix prevents a neighbouring host, or a page loaded without TLS, from setting them.
 */
export function readCookie(koa: ParameterizedContext, surface: Surface, name: string): string | undefined {
  return cookieOf(koa.req, cookieName(surface, name))
}

export function setCookie(
  koa: ParameterizedContext,
  surface: Surface,
  name: string,
  value: string | undefined,
  { seconds }: { seconds?: number } = {},
): void {
  const secure = isSecure(surface)
  // TLS may end at a proxy that doesn't forward the protocol.
  if (secure) koa.cookies.secure = true
  koa.cookies.set(cookieName(surface, name), value ?? null, {
    path: `${surface.base}/`,
    httpOnly: true,
    sameSite: 'lax',
    secure,
    signed: false,
    overwrite: true,
    ...(seconds !== undefined && { maxAge: seconds * 1000 }),
  })
}

/** The suffixes of the cookie names that start with `name`, in the order the browser received them. */
export function cookiesBelow(koa: ParameterizedContext, surface: Surface, name: string): string[] {
  const prefix = cookieName(surface, name)
  return cookiesIn(koa.req)
    .filter(([other]) => other.startsWith(prefix))
    .map(([other]) => other.slice(prefix.length))
}

const isSecure = ({ origin }: Surface): boolean => origin.startsWith('https:')

function cookieName(surface: Surface, name: string): string {
  const prefix = !isSecure(surface) ? '' : surface.base === '' ? '__Host-' : '__Secure-'
  return `${prefix}poolhouse-${surface.poolId}-${name}`
}
