import type { DomainDescriptionType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import type { Pool } from '../pools/pool.ts'

export function domainView(
  ctx: Context,
  poolId: string,
  { domain, settings }: Pool['domains'][number],
): DomainDescriptionType {
  return {
    UserPoolId: poolId,
    AWSAccountId: ctx.config.accountId,
    Domain: domain,
    S3Bucket: 'poolhouse-assets',
    CloudFrontDistribution: settings.CloudFrontDistribution,
    Version: settings.Version,
    Status: 'ACTIVE',
    // A prefix domain has an empty one.
    CustomDomainConfig: settings.CustomDomainConfig ?? ({} as DomainDescriptionType['CustomDomainConfig']),
    ManagedLoginVersion: settings.ManagedLoginVersion,
    Routing: settings.Routing,
  }
}

/** When the domain was last written, as `20250702011951`. */
export const domainVersion = (now: Date): string => now.toISOString().replace(/\D/g, '').slice(0, 14)
