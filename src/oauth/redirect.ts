import type { ParameterizedContext } from 'koa'

/** The registered address, as it was registered, with what the app is to learn. Members that are undefined are left out. */
export function appUrl(redirectUri: string, answer: Record<string, string | number | undefined>, as = '?'): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) query.set(name, String(value))
  if (as === '#') return `${redirectUri}#${query}`
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

/** Nothing of the address shows in a body, a cache or the next page's referrer. */
export function sendTo(koa: ParameterizedContext, url: string, status: 302 | 303 = 302): void {
  koa.status = status
  koa.set('Location', url)
  koa.set('Cache-Control', 'no-store')
  koa.set('Referrer-Policy', 'no-referrer')
  koa.type = 'text/plain'
  koa.body = ''
}
