import type { Context, Db, RequestContext } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { noteSubject } from '../../lib/request-facts.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { Pool } from '../../model/snapshots.ts'
import { type IssuerType, issuerUrl } from './issuer.ts'
import { findPoolRevision, loadPool } from './pool-store.ts'
import { regionalPool } from './replica.ts'

export type { Pool }

/** Snapshots of pools, used only at the revision that a request has read. */
export const pools = remembered(() => new Lru<string, Pool>(2000, 'pools'))

/** @throws ResourceNotFoundException */
export async function requirePool(ctx: Context, poolId: string): Promise<Pool> {
  const pool = await findPool(ctx, poolId)
  if (!pool) throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
  return pool
}

/** One short statement where the cached snapshot is current, a second one where it is stale. */
export async function findPool(ctx: Context, poolId: string): Promise<Pool | undefined> {
  const revision = await findPoolRevision(ctx.db, poolId)
  if (revision === undefined) return undefined
  return poolAt(ctx, poolId, revision)
}

/** The pool at a revision that the caller has just read, in a query of its own or as part of a larger one. */
export async function poolAt(
  ctx: Context & Pick<RequestContext, 'facts'>,
  poolId: string,
  revision: number,
  db: Db = ctx.db,
): Promise<Pool | undefined> {
  const cached = pools(ctx).get(poolId, (pool) => pool.revision === revision)
  const pool = cached ?? (await loadPool(db, poolId))
  if (pool && !cached) pools(ctx).set(poolId, pool)
  if (!pool) return undefined
  noteSubject(ctx, poolId)
  return inRegion(ctx, pool)
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

/** True unless the pool was created with CaseSensitive false. */
export function isCaseSensitive(pool: Pool): boolean {
  return pool.settings.UsernameConfiguration?.CaseSensitive !== false
}
