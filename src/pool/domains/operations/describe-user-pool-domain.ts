import type { Handler } from '../../handler.ts'
import { findPool } from '../../pools/pool.ts'
import { findDomainOwner } from '../domain-store.ts'
import { domainView } from '../domain-view.ts'

/** An unknown domain is no error: its description is empty. */
export const describeUserPoolDomain: Handler<'DescribeUserPoolDomain'> = async (input, ctx) => {
  const owner = await findDomainOwner(ctx.db, input.Domain!)
  const pool = owner === undefined ? undefined : await findPool(ctx, owner)
  const domain = pool?.domains.find((candidate) => candidate.domain === input.Domain)
  return { DomainDescription: pool && domain ? domainView(ctx, pool.id, domain) : {} }
}
