import type { UserPoolReplicaType } from '@aws-sdk/client-cognito-identity-provider'
import { decodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { replicaArn, replicaView } from '../../pools/replica.ts'
import { listReplicas } from '../replica-store.ts'

/** Two at most, so that there is never a second page. */
export const listUserPoolReplicas: Handler<'ListUserPoolReplicas'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  decodeCursor(ctx, `ListUserPoolReplicas ${pool.id}`, input.NextToken)
  const { region } = ctx.config
  const primary: UserPoolReplicaType = {
    RegionName: region,
    Status: 'ACTIVE',
    Role: 'PRIMARY',
    UserPoolArn: replicaArn(ctx, { poolId: pool.id, region }),
  }
  const secondaries = await listReplicas(ctx.db, pool.id)
  return { UserPoolReplicas: [primary, ...secondaries.map((replica) => replicaView(ctx, replica, replica.status))] }
}
