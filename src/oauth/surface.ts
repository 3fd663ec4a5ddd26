import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { findPoolByHost } from '../pool/domains/pool-of-host.ts'
import { findPool, type Pool } from '../pool/pools/pool.ts'

/** A pool at one of its addresses. Each form of address is an origin, or a path, with sessions of its own. */
export interface Surface {
  poolId: string
  /** The pool as it was when the request came, where it has been read. */
  pool?: Pool
  /** '' on a domain host, '/{poolId}' in the path form. */
  base: string
  /** Scheme, host and base, as the browser sees them. */
  origin: string
  /** Without the base and without a trailing slash, which some links have. */
  path: string
}

export type SurfaceFinder = (
  koa: ParameterizedContext,
  /** `trustPath`: in the path form the caller finds out whether the pool exists. */
  options?: { trustPath: boolean },
) => Promise<Surface | undefined>

const pathForm = /^(\/([\w-]{1,45}_[0-9a-zA-Z]{1,20}))(\/.*)$/

/**
 * By Host or by path; undefined where there is no pool. A pool's domain host shows that pool alone: another pool's
 * pages in the path form would share its origin.
 */
export function createSurfaceFinder(ctx: Context): SurfaceFinder {
  return async (koa, { trustPath } = { trustPath: false }) => {
    const own = isPublicHost(ctx, koa.host)
    const byHost = own ? undefined : await findPoolByHost(ctx, koa.host)
    if (byHost)
      return {
        poolId: byHost.id,
        pool: byHost,
        base: '',
        origin: `${koa.protocol}://${koa.host}`,
        path: plain(koa.path),
      }

    const [, base, poolId, rest] = pathForm.exec(koa.path) ?? []
    if (!base || !poolId || !rest) return undefined
    const path = plain(rest)
    const pool = trustPath ? undefined : await findPool(ctx, poolId)
    if (!trustPath && !pool) return undefined
    // Where TLS ends at a proxy that sends no X-Forwarded-Proto, the public URL still has the scheme that browsers use.
    const origin = own ? ctx.config.publicUrl : `${koa.protocol}://${koa.host}`
    return { poolId, pool, base, origin: origin + base, path }
  }
}

const plain = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path)

const isPublicHost = (ctx: Context, host: string): boolean => host === new URL(ctx.config.publicUrl).host
