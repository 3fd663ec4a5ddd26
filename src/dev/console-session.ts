import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { foreignConsole, refuse } from './dev-guard.ts'

/** Signs the console in automatically as the well-known key pair, for its own page on this machine only. */
export function createConsoleSession({ config }: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== '/console/session') return next()
    koa.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    if (koa.method !== 'POST') {
      koa.set('Allow', 'POST')
      return refuse(koa, 405, 'Method not allowed.')
    }
    const reason = foreignConsole(config, koa)
    if (reason !== undefined) return refuse(koa, 403, `The console signs in by itself ${reason}.`)
    const { accessKeyId, secretAccessKey } = config.credentials[0]!
    koa.body = { accessKeyId, secretAccessKey }
  }
}
