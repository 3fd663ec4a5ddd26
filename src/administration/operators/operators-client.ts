import type { Context } from '../../context.ts'
import { findClient } from '../../pool/clients/client.ts'
import type { Owner } from '../../pool/clients/owner.ts'
import { findOperatorsIds } from './operator-store.ts'

/**
 * The public client of the console and of `poolhouse login`, with its pool. Undefined if one of them is gone, or
 * another pool has been marked since.
 */
export async function findOperatorsClient(ctx: Context): Promise<Owner | undefined> {
  const { poolId, clientId } = await findOperatorsIds(ctx.db)
  const found = clientId === undefined ? undefined : await findClient(ctx, clientId)
  return found?.pool.id === poolId ? found : undefined
}
