import type { Context } from '../../../context.ts'
import {
  FeatureUnavailableInTier,
  InvalidParameter,
  LimitExceeded,
  ResourceNotFound,
  UserPoolTagging,
} from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import type { Pool } from '../../pools/pool.ts'
import { lockPool } from '../../pools/pool-store.ts'
import { replicaView } from '../../pools/replica.ts'
import { tierAllows } from '../../pools/tiers.ts'
import { checkTags } from '../../tags/tag-rules.ts'
import { insertReplica, listReplicas } from '../replica-store.ts'

/**
 * Nothing has to be copied: the next call finds the replica, still inactive. Settings that regions have for themselves
 * start empty.
 */
export const createUserPoolReplica: Handler<'CreateUserPoolReplica'> = async (input, ctx) => {
  const region = input.RegionName!
  const tags = input.UserPoolTags ?? {}
  checkTags(ctx, tags, UserPoolTagging)
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw new InvalidParameter(`Invalid region name: ${region}`)
  if (region === ctx.config.region) throw new InvalidParameter('The region is that of the primary user pool.')

  const replica = { poolId: input.UserPoolId!, region }
  await ctx.db.transaction().execute(async (trx) => {
    const pool = await lockPool(trx, replica.poolId)
    if (!pool) throw new ResourceNotFound(`User pool ${replica.poolId} does not exist.`, { reason: 'pool-not-found' })
    checkReplicable(ctx, pool)
    const present = await listReplicas(trx, pool.id)
    if (present.some((other) => other.region === region))
      throw new InvalidParameter(`The user pool has a replica in ${region}.`)
    if (present.length > 0) throw new LimitExceeded('A user pool can have at most 1 secondary replica.')
    const settings = {
      EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' as const },
      LambdaConfig: {},
      UserPoolTags: tags,
    }
    await insertReplica(trx, { ...replica, status: 'INACTIVE', settings }, ctx.clock.now())
  })
  return { UserPoolReplica: replicaView(ctx, replica, 'CREATING') }
}

/** What the service requires of a pool with replicas; here all regions are one server with one key. */
function checkReplicable(ctx: Context, { settings }: Pool): void {
  if (!ctx.config.strict) return
  if (!tierAllows(ctx, settings, 'ESSENTIALS'))
    throw new FeatureUnavailableInTier('Replicas are not available in the LITE pricing tier.')
  const { KeyConfiguration, IssuerConfiguration } = settings as {
    KeyConfiguration?: { KeyType?: string }
    IssuerConfiguration?: { Type?: string }
  }
  if (KeyConfiguration?.KeyType !== 'CUSTOMER_MANAGED_KEY')
    throw new InvalidParameter('Replicas need a user pool with a customer managed key.')
  if (IssuerConfiguration?.Type !== 'UPDATED')
    throw new InvalidParameter('Replicas need a user pool with the UPDATED issuer.')
}
