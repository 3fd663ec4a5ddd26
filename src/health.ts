import type { Middleware } from 'koa'
import type { Context } from './context.ts'
import type { Database } from './store/db.ts'
import { schemaState } from './store/migrate.ts'

/** The state of the process, apart from its database. */
export interface ServerState {
  /** It is stopping: it finishes accepted requests and exits. */
  isStopping: boolean
  /** Dev only: its seed is being applied. */
  isPreparing?: boolean
  /** Milliseconds that this machine's clock is ahead of the database's; undefined until it is known. */
  clockDifference(): number | undefined
}

const paths = new Set(['/health', '/health/ready', '/health/live'])

export const isHealthCheck = ({ path }: { path: string }): boolean => paths.has(path)

/**
 * GET /health and /health/ready: 200 if the database answers and its schema is this release's; otherwise, or once the
 * process is told to stop, 503. The query uses a connection of its own, so that neither a full connection pool nor a
 * silent network delays the answer. GET /health/live: 200 as long as the process answers at all.
 */
export function createHealth(ctx: Context, state: ServerState, checkDatabase: Database['check']): Middleware {
  let schemaChecked = false

  return async (koa, next) => {
    if (!isHealthCheck(koa) || !['GET', 'HEAD'].includes(koa.method)) return next()
    koa.set('Cache-Control', 'no-store')
    if (koa.path === '/health/live') return answer(200, 'ok')
    if (state.isStopping) return answer(503, 'stopping')
    if (state.isPreparing) return answer(503, 'the seed is being applied')
    try {
      const problem = await findProblem()
      if (problem) answer(503, problem)
      else answer(200, 'ok')
    } catch (error) {
      ctx.log.warn({ err: error }, 'health check failed')
      answer(503, 'the database does not answer')
    }

    function answer(status: number, text: string) {
      koa.status = status
      koa.body = { status: text }
    }
  }

  /** @throws if the database does not answer */
  async function findProblem(): Promise<string | undefined> {
    await checkDatabase()
    const difference = state.clockDifference()
    if (difference === undefined) return 'the time of the database is not known yet'
    if (Math.abs(difference) > ctx.config.maxClockDifference) return 'the clock of this machine is not the database’s'
    schemaChecked ||= await isSchemaCurrent(ctx)
    return schemaChecked ? undefined : 'the schema is not this release’s'
  }
}

async function isSchemaCurrent({ db }: Context): Promise<boolean> {
  const { pending, incompatible } = await schemaState(db)
  return pending.length === 0 && incompatible.length === 0
}
