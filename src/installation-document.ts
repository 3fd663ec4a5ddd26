import type { Middleware } from 'koa'
import { operatorsSignIn } from './administration/operators/operators-sign-in.ts'
import type { Context } from './context.ts'

const path = '/.well-known/poolhouse'

/**
 * GET /.well-known/poolhouse: what the console and `poolhouse login` need first. It contains nothing that a login page
 * doesn't show.
 */
export function createInstallationDocument(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== path || (koa.method !== 'GET' && koa.method !== 'HEAD')) return next()
    const { region, accountId } = ctx.config
    koa.set('Cache-Control', 'no-store')
    koa.body = { region, accountId, operators: (await operatorsSignIn(ctx)) ?? null }
  }
}
