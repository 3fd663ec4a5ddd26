import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import type { PoolSettings } from '../../model/settings.ts'
import { type Pool, poolArn } from './pool.ts'
import { customDomain, prefixDomain } from './pool-domain.ts'

/** UserPoolType: the stored settings, except those that only GetUserPoolMfaConfig shows. */
export function poolView(
  ctx: Context,
  pool: Pick<Pool, 'id' | 'name' | 'settings' | 'domains' | 'createdAt' | 'updatedAt'>,
  userCount: number,
): UserPoolType {
  const {
    SmsMfaConfiguration: _sms,
    SoftwareTokenMfaConfiguration: _totp,
    EmailMfaConfiguration: _email,
    WebAuthnConfiguration: _passkeys,
    ...settings
  } = pool.settings
  return {
    Id: pool.id,
    Name: pool.name,
    ...settings,
    LastModifiedDate: pool.updatedAt,
    CreationDate: pool.createdAt,
    EstimatedNumberOfUsers: userCount,
    Domain: prefixDomain(pool),
    CustomDomain: customDomain(pool),
    Arn: poolArn(ctx, pool.id),
  }
}

export function mfaConfigView(settings: PoolSettings) {
  return {
    SmsMfaConfiguration: settings.SmsMfaConfiguration,
    SoftwareTokenMfaConfiguration: settings.SoftwareTokenMfaConfiguration,
    EmailMfaConfiguration: settings.EmailMfaConfiguration,
    MfaConfiguration: settings.MfaConfiguration ?? 'OFF',
    WebAuthnConfiguration: settings.WebAuthnConfiguration,
  }
}
