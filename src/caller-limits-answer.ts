import type { Middleware, ParameterizedContext } from 'koa'
import { languageOf } from './hosted/language.ts'
import { renderErrorOnce } from './hosted/show.ts'
import type { CallerLimits, Standing } from './lib/caller-limits.ts'
import { networkOf } from './lib/client-address.ts'
import { TooManyRequests } from './model/errors.ts'
import { answerOAuthError, OAuthError } from './oauth/oauth-error.ts'

const calledByApps = /\/oauth2\/(?:token|revoke|register|userinfo|par|introspect|device_authorization|bc-authorize)$/i
const poolInPath = /^\/(?:issuer\/)?([\w-]{1,45}_[0-9a-zA-Z]{1,20})\//

/**
 * Counts requests to the OAuth endpoints and the pages by address, pool and client, and answers 429 if there are too
 * many.
 */
export function createCallerLimitsAnswer(limits: CallerLimits, publicHost: string): Middleware {
  return async (koa, next) => {
    // Static files, which browsers cache.
    if (koa.path.includes('/assets/')) return next()
    const network = networkOf(koa.ip)
    const standings = [limits.take('address', network)]
    const pool = poolInPath.exec(koa.path)?.[1] ?? (koa.host === publicHost ? undefined : koa.host)
    // A request that is refused already must not count against other callers of the pool.
    if (standings[0]!.allowed && pool) standings.push(limits.take('pool', pool))
    const { client_id: client } = koa.query
    if (standings.every(({ allowed }) => allowed) && typeof client === 'string')
      standings.push(limits.take('client', client))

    const worst = standings.reduce((one, other) => (other.remaining < one.remaining ? other : one))
    setRateLimitHeaders(koa, worst)
    if (worst.allowed) return next()
    await limits.holdBack(network)
    return refuse(koa, worst)
  }
}

function setRateLimitHeaders(koa: ParameterizedContext, { limit, remaining, retryAfter }: Standing): void {
  koa.set('RateLimit-Limit', String(limit))
  koa.set('RateLimit-Remaining', String(remaining))
  koa.set('RateLimit-Reset', String(retryAfter))
}

async function refuse(koa: ParameterizedContext, { retryAfter }: Standing): Promise<void> {
  const { message } = new TooManyRequests()
  koa.set('Retry-After', String(retryAfter))
  koa.set('Cache-Control', 'no-store')
  if (calledByApps.test(koa.path)) {
    koa.set('Access-Control-Allow-Origin', '*')
    return answerOAuthError(koa, new OAuthError('too_many_requests', message), 429)
  }
  if (koa.accepts('json', 'html') === 'html')
    return renderErrorOnce(koa, { status: 429, title: languageOf(koa).t('problem.title'), text: message })
  koa.status = 429
  koa.body = { message }
}
