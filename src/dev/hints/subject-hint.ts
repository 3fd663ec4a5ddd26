import type { Context } from '../../context.ts'
import { findClient } from '../../pool/clients/client.ts'
import { findPool } from '../../pool/pools/pool.ts'
import { clientsOf, poolsHere, quoted } from './hint.ts'

/** Why a pool was not found. */
export async function poolHint(ctx: Context, poolId: string): Promise<string> {
  const [, region] = /^([a-z]{2}(?:-[a-z]+)+-\d)_/.exec(poolId) ?? []
  const here = await poolsHere(ctx)
  if (region && region !== ctx.config.region)
    return `The id is one of region ${region}; this server is ${ctx.config.region}. ${here}`
  return `There is no pool ${quoted(poolId)}. ${here}`
}

/** Why a client was not found, or not in this pool. Undefined if it exists. */
export async function clientHint(ctx: Context, clientId: string, poolId?: string): Promise<string | undefined> {
  const found = await findClient(ctx, clientId)
  if (found && (poolId === undefined || found.pool.id === poolId)) return undefined
  if (found)
    return `Client ${clientId} belongs to pool ${found.pool.id} (${found.pool.name}), not to ${quoted(poolId)}.`
  const missing = `There is no client ${quoted(clientId)}.`
  if (poolId === undefined) return `${missing} Pools: ${await poolsHere(ctx)}`
  const pool = await findPool(ctx, poolId)
  return pool ? `${missing} Clients of pool ${pool.id}: ${await clientsOf(ctx, pool.id)}` : poolHint(ctx, poolId)
}
