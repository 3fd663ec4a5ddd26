import { readFile } from 'node:fs/promises'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { devBarStyle, devBarStyleUrl } from '../lib/dev-bar.ts'
import { installed } from '../lib/installed.ts'
import { unknownName } from '../lib/known-names.ts'
import { foreignOrigin, refuse } from './dev-guard.ts'
import { devPageHeaders, devPagePolicy } from './dev-page.ts'
import { stylesheet } from './dev-style.ts'
import { inboxPage } from './inbox-page.ts'

/**
 * The inbox of a dev server: `/_poolhouse/` for people, `/_poolhouse/messages` for tests. Loaded in dev only. Whoever
 * can read it can sign in as any user, so it answers only on host names of this machine, and to no other website.
 */
export function createInboxRoutes(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== '/_poolhouse' && !koa.path.startsWith('/_poolhouse/')) return next()
    koa.set(devPageHeaders)
    koa.set('Cross-Origin-Resource-Policy', 'same-origin')

    const foreign = foreignOrigin(ctx, koa)
    if (foreign !== undefined) return refuse(koa, 403, `The inbox is not shown to ${foreign}.`)

    const route = routes[koa.path]
    if (!route) return refuse(koa, 404, 'Not found.')
    const answer = route[koa.method === 'HEAD' ? 'GET' : koa.method]
    if (!answer) {
      koa.set('Allow', Object.keys(route).join(', '))
      return refuse(koa, 405, 'Method not allowed.')
    }
    await answer(koa, ctx)
  }
}

type Answer = (koa: ParameterizedContext, ctx: Context) => void | Promise<void>

const routes: Record<string, Record<string, Answer>> = {
  '/_poolhouse': { GET: (koa) => koa.redirect('/_poolhouse/') },
  '/_poolhouse/': {
    GET(koa, ctx) {
      koa.set('Content-Security-Policy', `${devPagePolicy}; script-src 'self'; connect-src 'self'`)
      koa.type = 'html'
      koa.body = inboxPage(ctx.inbox?.list() ?? [], ctx.clock.now(), ctx.config.console)
    },
  },
  [devBarStyleUrl]: {
    GET(koa) {
      koa.type = 'css'
      koa.body = devBarStyle
    },
  },
  '/_poolhouse/dev.css': {
    GET(koa) {
      koa.type = 'css'
      koa.body = stylesheet
    },
  },
  '/_poolhouse/inbox.js': {
    async GET(koa) {
      koa.type = 'js'
      koa.body = await readFile(installed('views/dev/inbox.js'))
    },
  },
  '/_poolhouse/icon.svg': {
    async GET(koa) {
      koa.type = 'image/svg+xml'
      koa.body = await readFile(installed('views/dev/icon.svg'))
    },
  },
  '/_poolhouse/messages': {
    GET(koa, ctx) {
      const unknown = unknownName(koa.query, ['to', 'userPoolId'])
      if (unknown) return refuse(koa, 400, `In the query ${unknown}`)
      koa.body = ctx.inbox?.list({ to: queryText(koa, 'to'), userPoolId: queryText(koa, 'userPoolId') }) ?? []
    },
    DELETE(koa, ctx) {
      ctx.inbox?.clear()
      koa.status = 204
    },
  },
}

function queryText(koa: ParameterizedContext, name: string): string | undefined {
  const value = koa.query[name]
  return (Array.isArray(value) ? value[0] : value) || undefined
}
