import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from './context.ts'
import { languageOf } from './hosted/language.ts'
import { renderError } from './hosted/show.ts'
import { answerOAuthError, OAuthError } from './oauth/oauth-error.ts'
import { isDatabaseUnavailable, isOverloaded, retryAfter } from './store/unavailable.ts'
import { describeFailure } from './wire/failure.ts'

const calledByApps = /\/oauth2\/(?:token|revoke|register|userinfo)$/i

/** The response to browsers and apps while the database does not answer or a queue is full: 503, and when to retry. */
export function createUnavailableAnswer(ctx: Pick<Context, 'log'>): Middleware {
  return async (koa, next) => {
    try {
      await next()
    } catch (error) {
      if (!isOverloaded(error)) throw error
      const reason = isDatabaseUnavailable(error) ? 'the database is unavailable' : 'too much work is waiting'
      ctx.log.warn({ failure: describeFailure(error, false) }, `a request was refused: ${reason}`)
      await answer(koa)
    }
  }
}

async function answer(koa: ParameterizedContext): Promise<void> {
  koa.set('Retry-After', String(retryAfter))
  koa.set('Cache-Control', 'no-store')
  if (calledByApps.test(koa.path)) return answerOAuthError(koa, new OAuthError('temporarily_unavailable'), 503)
  if (koa.accepts('json', 'html') === 'html') {
    const { t } = languageOf(koa)
    return renderError(koa, { status: 503, title: t('problem.busy.title'), text: t('problem.busy') })
  }
  koa.status = 503
  koa.body = { message: 'The service is temporarily unavailable.' }
}
