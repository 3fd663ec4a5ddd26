import type { ParameterizedContext } from 'koa'

/** The registered address, as it was registered, with what the app is to learn. Members that are undefined are left out. */
export function appUrl(redirectUri: string, answer: Record<string, string | number | undefined>, as = '?'): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) query.set(name, String(value))
  if (as === '#') return `${redirectUri}#${query}`
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

/** What an app's request ends with where it can't be granted. */
export interface Refusal {
  error: string
  description?: string
}

/**
 * Where the app learns why it gets nothing: in the fragment where it asked for tokens, which is where it looks, else in
 * the query.
 */
export function refusalUrl(
  redirectUri: string,
  { error, description }: Refusal,
  { response_type, state }: { response_type?: string | null; state?: string | null },
): string {
  const answer = { error, error_description: description, state: state ?? undefined }
  return appUrl(redirectUri, answer, response_type === 'token' ? '#' : '?')
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
