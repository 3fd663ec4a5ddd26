import type { UserPoolReplicaType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import type { Replica } from '../../model/snapshots.ts'
import type { Pool } from './pool.ts'

export type { Replica }

export const regionalMembers = ['EmailConfiguration', 'SmsConfiguration', 'LambdaConfig', 'UserPoolTags'] as const

export function replicaArn(ctx: Context, { poolId, region }: Pick<Replica, 'poolId' | 'region'>): string {
  return `arn:aws:cognito-idp:${region}:${ctx.config.accountId}:userpool/${poolId}`
}

export function replicaView(
  ctx: Context,
  replica: Pick<Replica, 'poolId' | 'region'>,
  Status: UserPoolReplicaType['Status'],
): UserPoolReplicaType {
  return { RegionName: replica.region, Status, Role: 'SECONDARY', UserPoolArn: replicaArn(ctx, replica) }
}

/** The pool as it is in the region of a replica. */
export function regionalPool(pool: Pool, { settings }: Replica): Pool {
  const { logs = [], notify: _, ...regional } = settings
  return {
    ...pool,
    settings: { ...pool.settings, SmsConfiguration: undefined, ...regional },
    sideSettings: { ...pool.sideSettings, logs },
  }
}
