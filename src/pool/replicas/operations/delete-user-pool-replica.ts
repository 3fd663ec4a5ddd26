import { InvalidParameter, ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { replicaView } from '../../pools/replica.ts'
import { deleteReplica, lockReplica } from '../replica-store.ts'

export const deleteUserPoolReplica: Handler<'DeleteUserPoolReplica'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const region = input.RegionName!
  await ctx.db.transaction().execute(async (trx) => {
    const replica = await lockReplica(trx, pool.id, region)
    if (!replica) throw new ResourceNotFound(`The user pool has no replica in ${region}.`)
    if (replica.status !== 'INACTIVE') throw new InvalidParameter('Only an inactive replica can be deleted.')
    await deleteReplica(trx, pool.id, region)
  })
  return { UserPoolReplica: replicaView(ctx, { poolId: pool.id, region }, 'DELETING') }
}
