import type { PoolSettings } from '../../model/settings.ts'

export type MfaFactor = 'SMS_MFA' | 'SOFTWARE_TOKEN_MFA' | 'EMAIL_OTP'

/** The second factors that the pool offers; none while MFA is off. */
export function mfaFactors(settings: PoolSettings): Set<MfaFactor> {
  const factors = new Set<MfaFactor>()
  if ((settings.MfaConfiguration ?? 'OFF') === 'OFF') return factors
  if (settings.SmsMfaConfiguration) factors.add('SMS_MFA')
  if (settings.SoftwareTokenMfaConfiguration?.Enabled) factors.add('SOFTWARE_TOKEN_MFA')
  if (settings.EmailMfaConfiguration) factors.add('EMAIL_OTP')
  return factors
}
