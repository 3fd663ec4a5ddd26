import type { Context } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { type Pool, poolAt } from '../pools/pool.ts'
import { domainOfHost } from '../pools/pool-domain.ts'
import { findDomainOwner, findRevisionByDomain } from './domain-store.ts'

/** The pools in which domains were last found. Each request checks that the domain is still there. */
const owners = remembered(() => new Lru<string, string>(5000, 'hosts'))

/** The pool that a Host header names: one short statement, or none if the host can't be a pool's. */
export async function findPoolByHost(ctx: Context, header: string): Promise<Pool | undefined> {
  const domain = domainOfHost(ctx, header)
  if (!domain) return undefined
  const remembered = owners(ctx).get(domain)
  const pool = remembered && (await findPoolWithDomain(ctx, remembered, domain))
  if (pool) return pool
  const owner = await findDomainOwner(ctx.db, domain)
  if (owner === undefined || owner === remembered) return undefined
  owners(ctx).set(domain, owner)
  return findPoolWithDomain(ctx, owner, domain)
}

async function findPoolWithDomain(ctx: Context, poolId: string, domain: string): Promise<Pool | undefined> {
  const revision = await findRevisionByDomain(ctx.db, poolId, domain)
  return revision === undefined ? undefined : poolAt(ctx, poolId, revision)
}
