import type { Context } from '../../context.ts'
import { type Pool, poolAt } from '../pools/pool.ts'
import { domainOfHost } from '../pools/pool-domain.ts'
import { findDomainOwner } from './domain-store.ts'

/** The pool that a Host header belongs to: one short statement, none where the host can't be a pool's. */
export async function findPoolByHost(ctx: Context, header: string): Promise<Pool | undefined> {
  const domain = domainOfHost(ctx, header)
  if (!domain) return undefined
  const owner = await findDomainOwner(ctx.db, domain)
  return owner && poolAt(ctx, owner.poolId, owner.revision)
}
