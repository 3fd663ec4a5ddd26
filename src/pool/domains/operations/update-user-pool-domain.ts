import { InvalidParameter } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { changeDomain } from '../change-domain.ts'
import { checkDomainSettings } from '../domain-rules.ts'
import { updateDomain } from '../domain-store.ts'
import { domainVersion } from '../domain-view.ts'

export const updateUserPoolDomain: Handler<'UpdateUserPoolDomain'> = async (input, ctx) => {
  const { UserPoolId, Domain } = input
  const updated = await changeDomain(ctx, UserPoolId!, Domain!, async (trx, pool, current) => {
    if (!!input.CustomDomainConfig !== !!current.CustomDomainConfig) {
      throw new InvalidParameter('CustomDomainConfig is required for a custom domain, and only allowed for one.')
    }
    checkDomainSettings(ctx, pool, input)

    const now = ctx.clock.now()
    const settings = {
      ...current,
      CustomDomainConfig: input.CustomDomainConfig,
      ManagedLoginVersion: input.ManagedLoginVersion ?? current.ManagedLoginVersion,
      Routing: input.Routing ?? current.Routing,
      Version: domainVersion(now),
    }
    await updateDomain(trx, pool.id, Domain!, settings, now)
    return settings
  })

  return {
    ManagedLoginVersion: updated.ManagedLoginVersion,
    CloudFrontDomain: updated.CustomDomainConfig && updated.CloudFrontDistribution,
    Routing: updated.Routing,
  }
}
