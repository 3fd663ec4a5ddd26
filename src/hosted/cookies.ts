import type { ParameterizedContext } from 'koa'
import type { Surface } from '../oauth/surface.ts'

/**
 * Cookies of the pages. Names carry the pool, since pools in the path form share a host; over https the name itself keeps
 * a neighbouring host, or a page that was read without TLS, from setting them.
 */
export function readCookie(koa: ParameterizedContext, surface: Surface, name: string): string | undefined {
  return koa.cookies.get(cookieName(surface, name), { signed: false })
}

export function setCookie(
  koa: ParameterizedContext,
  surface: Surface,
  name: string,
  value: string | undefined,
  { seconds }: { seconds?: number } = {},
): void {
  const secure = isSecure(surface)
  // TLS may end at a proxy that says nothing of it.
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

/** The rest of the names that begin with `name`, in the order in which the browser got them. */
export function cookiesBelow(koa: ParameterizedContext, surface: Surface, name: string): string[] {
  const prefix = cookieName(surface, name)
  return (koa.req.headers.cookie ?? '')
    .split(/; */)
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length, Math.max(prefix.length, pair.indexOf('='))))
}

const isSecure = ({ origin }: Surface): boolean => origin.startsWith('https:')

function cookieName(surface: Surface, name: string): string {
  const prefix = !isSecure(surface) ? '' : surface.base === '' ? '__Host-' : '__Secure-'
  return `${prefix}poolhouse-${surface.poolId}-${name}`
}
