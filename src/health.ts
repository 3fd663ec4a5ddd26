import type { Middleware } from 'koa'
import { sql } from 'kysely'
import type { Context } from './context.ts'
import { schemaState } from './store/migrate.ts'

/** GET /health: 200 once the database answers and its schema is this release's, 503 otherwise. */
export function createHealth(ctx: Context): Middleware {
  let schemaChecked = false

  return async (koa, next) => {
    if (koa.path !== '/health' || (koa.method !== 'GET' && koa.method !== 'HEAD')) return next()
    koa.set('Cache-Control', 'no-store')
    try {
      await sql`select 1`.execute(ctx.db)
      if (!schemaChecked) {
        const { pending, incompatible } = await schemaState(ctx.db)
        if (pending.length > 0 || incompatible.length > 0) return answer(503, 'the schema is not this release’s')
        schemaChecked = true
      }
      answer(200, 'ok')
    } catch (error) {
      ctx.log.warn({ err: error }, 'health check failed')
      answer(503, 'the database does not answer')
    }

    function answer(status: number, text: string) {
      koa.status = status
      koa.body = { status: text }
    }
  }
}
