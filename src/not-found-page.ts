import type { Middleware, ParameterizedContext } from 'koa'
import { languageOf } from './hosted/language.ts'
import { renderError } from './hosted/show.ts'

/**
 * A request that nothing has answered: a page for browsers, JSON for clients that ask for JSON. Others, such as
 * programs that accept any type, get the framework's plain text.
 */
export function createNotFoundPage(): Middleware {
  return async (koa, next) => {
    await next()
    if (koa.status !== 404 || koa.body !== undefined || koa.respond === false) return
    if (koa.method !== 'GET' && koa.method !== 'HEAD') return
    const wanted = acceptedType(koa)
    if (wanted === 'html') await showNotFound(koa)
    if (wanted === 'json') {
      koa.body = { message: 'Not found.' }
      koa.status = 404
    }
  }
}

/** False for clients that accept any type. */
function acceptedType(koa: ParameterizedContext): string | false {
  const accepted = koa.get('Accept')
  const isChosen = accepted.includes('text/html') || accepted.includes('json')
  return isChosen && koa.accepts('json', 'html')
}

async function showNotFound(koa: ParameterizedContext): Promise<void> {
  const { t } = languageOf(koa)
  await renderError(koa, { status: 404, title: t('problem.notFound.title'), text: t('problem.notFound') })
}
