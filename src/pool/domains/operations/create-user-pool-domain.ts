import { randomText } from '../../../lib/random.ts'
import { InvalidParameter, LimitExceeded, ResourceNotFound } from '../../../model/errors.ts'
import type { DomainSettings } from '../../../model/settings.ts'
import type { Handler } from '../../handler.ts'
import { bumpPoolRevision, lockPool } from '../../pools/pool-store.ts'
import { checkNewDomain } from '../domain-rules.ts'
import { countCustomDomains, insertDomain } from '../domain-store.ts'
import { domainVersion } from '../domain-view.ts'

export const createUserPoolDomain: Handler<'CreateUserPoolDomain'> = async (input, ctx) => {
  const poolId = input.UserPoolId!
  const now = ctx.clock.now()
  const settings: DomainSettings = {
    CustomDomainConfig: input.CustomDomainConfig,
    ManagedLoginVersion: input.ManagedLoginVersion ?? 1,
    Routing: input.Routing,
    CloudFrontDistribution: `d${randomText('0123456789abcdefghijklmnopqrstuvwxyz', 13)}.cloudfront.net`,
    Version: domainVersion(now),
  }

  await ctx.db.transaction().execute(async (trx) => {
    const pool = await lockPool(trx, poolId)
    if (!pool) throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
    checkNewDomain(ctx, pool, input)
    if (ctx.config.strict && input.CustomDomainConfig) {
      if ((await countCustomDomains(trx)) >= ctx.limits.customDomainsPerAccount) {
        throw new LimitExceeded(`An account can have at most ${ctx.limits.customDomainsPerAccount} custom domains.`)
      }
    }
    if (!(await insertDomain(trx, poolId, input.Domain!, settings, now))) {
      throw new InvalidParameter('Domain already associated with another user pool.')
    }
    await bumpPoolRevision(trx, poolId)
  })

  return {
    ManagedLoginVersion: settings.ManagedLoginVersion,
    CloudFrontDomain: input.CustomDomainConfig && settings.CloudFrontDistribution,
    Routing: settings.Routing,
  }
}
