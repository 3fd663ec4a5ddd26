import type { IncomingMessage } from 'node:http'

/** The cookies of a request in the order in which the browser sent them. */
export function cookiesIn({ headers }: Pick<IncomingMessage, 'headers'>): [name: string, value: string][] {
  return (headers.cookie ?? '').split(';').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]]
  })
}

/**
 * The first cookie of a name: browsers send those with longer paths first. Koa's own reader caches a regular expression
 * for every name forever, and some of our names exist for one visit only.
 */
export function cookieOf(request: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const value = cookiesIn(request).find(([other]) => other === name)?.[1]
  return value?.startsWith('"') ? value.slice(1, -1) : value
}
