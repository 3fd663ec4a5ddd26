import type { Context } from '../../context.ts'
import { FeatureUnavailableInTier, InvalidParameter } from '../../model/errors.ts'
import type { Input } from '../handler.ts'
import type { Pool } from '../pools/pool.ts'
import { customDomain, ownHosts, prefixDomain } from '../pools/pool-domain.ts'
import { tierAllows } from '../pools/tiers.ts'

/** @throws InvalidParameterException, FeatureUnavailableInTierException */
export function checkNewDomain(ctx: Context, pool: Pool, input: Input<'CreateUserPoolDomain'>): void {
  if (input.CustomDomainConfig) checkCustomName(ctx, input.Domain!)
  else checkPrefix(input.Domain!)
  checkDomainSettings(ctx, pool, input)

  const existing = input.CustomDomainConfig ? customDomain(pool) : prefixDomain(pool)
  if (existing) throw new InvalidParameter('User pool already has a domain configured.')
}

/** What creating and updating have in common. */
export function checkDomainSettings(
  ctx: Context,
  pool: Pool,
  { ManagedLoginVersion, CustomDomainConfig, Routing }: Omit<Input<'UpdateUserPoolDomain'>, 'Domain' | 'UserPoolId'>,
): void {
  if (ManagedLoginVersion !== undefined && ManagedLoginVersion !== 1 && ManagedLoginVersion !== 2) {
    throw new InvalidParameter('ManagedLoginVersion must be 1 or 2.')
  }
  if (ManagedLoginVersion === 2 && !tierAllows(ctx, pool.settings, 'ESSENTIALS')) {
    throw new FeatureUnavailableInTier(
      `The following feature is not available for the ${pool.settings.UserPoolTier} pricing tier configured: Managed Login Version 2`,
    )
  }
  if (Routing?.Failover && !CustomDomainConfig) {
    throw new InvalidParameter('Routing is only supported for custom domains.')
  }
  // Here the proxy has the certificate; CloudFront accepts certificates of one region only.
  if (ctx.config.strict && CustomDomainConfig && CustomDomainConfig.CertificateArn?.split(':')[3] !== 'us-east-1') {
    throw new InvalidParameter(
      "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
    )
  }
}

function checkPrefix(prefix: string): void {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix)) {
    throw new InvalidParameter(
      'The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$',
    )
  }
  // The service was seen to accept `myapp-awsome`, and to refuse `newcognito`.
  const words = prefix.split('-')
  const reserved = words.includes('aws') ? 'aws' : ['amazon', 'cognito'].find((word) => prefix.includes(word))
  if (reserved) throw new InvalidParameter(`Domain cannot contain reserved word: ${reserved}`)
}

function checkCustomName(ctx: Context, domain: string): void {
  const labels = domain.split('.').length
  if (labels < 2 || (ctx.config.strict && labels < 3)) {
    throw new InvalidParameter(
      'Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or domain parent is a top-level domain.',
    )
  }
  // The installation answers at these hosts; a pool with one of them would take its requests.
  const { domainSuffix } = ctx.config
  if (ownHosts(ctx).includes(domain) || (domainSuffix && domain.endsWith(`.${domainSuffix}`))) {
    throw new InvalidParameter('Domain already associated with another user pool.')
  }
}
