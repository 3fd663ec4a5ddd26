import { InvalidParameter, ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { replicaView } from '../../pools/replica.ts'
import { updateReplica } from '../replica-store.ts'

/** May be called in either region. */
export const updateUserPoolReplica: Handler<'UpdateUserPoolReplica'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const replica = { poolId: pool.id, region: input.RegionName! }
  if (replica.region === ctx.config.region) throw new InvalidParameter('The status of the primary cannot be changed.')
  if (!(await updateReplica(ctx.db, replica, { status: input.Status! })))
    throw new ResourceNotFound(`The user pool has no replica in ${replica.region}.`)
  return { UserPoolReplica: replicaView(ctx, replica, input.Status!) }
}
