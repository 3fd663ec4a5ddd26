import type { Context, Db, RequestContext } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { DomainSettings, PoolSettings, SideSettings } from '../../model/settings.ts'
import { type IssuerType, issuerUrl } from './issuer.ts'
import { findPoolRevision, loadPool } from './pool-store.ts'
import { regionalPool } from './replica.ts'

/** A user pool as one request sees it: a snapshot at `revision`, never changed in place. */
export interface Pool {
  id: string
  name: string
  revision: number
  settings: PoolSettings
  /** Absent in a pool that is just being made. */
  sideSettings?: SideSettings
  domains: { domain: string; settings: DomainSettings }[]
  createdAt: Date
  updatedAt: Date
}

/** @throws ResourceNotFoundException */
export async function requirePool(ctx: Context, poolId: string): Promise<Pool> {
  const pool = await findPool(ctx, poolId)
  if (!pool) throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
  return pool
}

/** One short statement where the cached snapshot is current, a second one where it is behind. */
export async function findPool(ctx: Context, poolId: string): Promise<Pool | undefined> {
  const revision = await findPoolRevision(ctx.db, poolId)
  if (revision === undefined) return undefined
  return poolAt(ctx, poolId, revision)
}

/** The pool at a revision that the caller has just read, in a query of its own or as part of a larger one. */
export async function poolAt(
  ctx: Context,
  poolId: string,
  revision: number,
  db: Db = ctx.db,
): Promise<Pool | undefined> {
  const cached = ctx.caches.pools.get(poolId)
  const current = cached?.revision === revision
  const pool = current ? cached : await loadPool(db, poolId)
  if (pool && !current) ctx.caches.pools.set(poolId, pool)
  return pool && inRegion(ctx, pool)
}

function inRegion(ctx: Context & Pick<RequestContext, 'regional'>, pool: Pool): Pool {
  return ctx.regional?.poolId === pool.id ? regionalPool(pool, ctx.regional) : pool
}

export function poolArn(ctx: Context & Pick<RequestContext, 'regional'>, poolId: string): string {
  return `arn:aws:cognito-idp:${ctx.regional?.region ?? ctx.config.region}:${ctx.config.accountId}:userpool/${poolId}`
}

/** The issuer of the pool's tokens from now on. */
export function poolIssuer(ctx: Context, { id, settings }: Pick<Pool, 'id' | 'settings'>): string {
  const { Type } = (settings.IssuerConfiguration ?? {}) as { Type?: IssuerType }
  return issuerUrl(ctx, id, Type ?? 'ORIGINAL')
}

/** True unless the pool was made with CaseSensitive false. */
export function isCaseSensitive(pool: Pool): boolean {
  return pool.settings.UsernameConfiguration?.CaseSensitive !== false
}
