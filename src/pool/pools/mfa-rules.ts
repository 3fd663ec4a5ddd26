/** How the second factors of a pool and its first factors restrict each other. */
import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { PoolSettings } from '../../model/settings.ts'
import { smsOtp } from '../factors/sms.ts'
import { webAuthn } from '../factors/web-authn.ts'
import type { Input } from '../handler.ts'
import { codeAttributes } from './first-factors.ts'
import { mfaFactors } from './mfa-factors.ts'

export function checkFirstFactors(settings: PoolSettings): void {
  const factors = firstFactors(settings)
  if (!factors.includes('PASSWORD')) {
    throw new InvalidParameter('Password should be configured as one of the allowed first auth factors.')
  }
  if (factors.includes('SOFTWARE_TOKEN')) {
    throw new InvalidParameter('SOFTWARE_TOKEN is not currently supported as a first auth factor.')
  }
  if (factors.includes(smsOtp.name) && !settings.SmsConfiguration) {
    throw new InvalidParameter(
      `${smsOtp.name} can not be configured as AuthFactor as user pool is missing valid SMS configuration`,
    )
  }
}

/** For CreateUserPool and UpdateUserPool, whose only second factor is SMS. */
export function checkMfa(settings: PoolSettings): void {
  if (settings.MfaConfiguration === 'OFF') return
  if (mfaFactors(settings).size === 0) {
    throw new InvalidParameter(
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
    )
  }
  if (settings.MfaConfiguration !== 'ON') return
  checkNoOneTimePasswords(settings)
  if (firstFactors(settings).includes(webAuthn.name) && !passkeysAreMfa(settings)) {
    throw new InvalidParameter(
      'WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.',
    )
  }
}

/**
 * SetUserPoolMfaConfig replaces the whole configuration: a factor that is left out is off. Factors together with OFF
 * are refused even where they enable nothing. @throws InvalidParameterException
 */
export function replacedMfaConfig(
  ctx: Context,
  current: PoolSettings,
  input: Input<'SetUserPoolMfaConfig'>,
): PoolSettings {
  const MfaConfiguration = input.MfaConfiguration ?? 'OFF'
  const received = input.SmsMfaConfiguration ?? input.SoftwareTokenMfaConfiguration ?? input.EmailMfaConfiguration
  if (MfaConfiguration === 'OFF' && received) {
    throw new InvalidParameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
  }

  const SmsConfiguration = input.SmsMfaConfiguration?.SmsConfiguration ?? current.SmsConfiguration
  if (input.SmsMfaConfiguration && !SmsConfiguration) {
    throw new InvalidParameter('[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].')
  }
  const SmsAuthenticationMessage =
    input.SmsMfaConfiguration?.SmsAuthenticationMessage ?? current.SmsAuthenticationMessage
  const settings: PoolSettings = {
    ...current,
    MfaConfiguration,
    SmsConfiguration,
    SmsAuthenticationMessage,
    SmsMfaConfiguration: input.SmsMfaConfiguration && { SmsAuthenticationMessage, SmsConfiguration },
    SoftwareTokenMfaConfiguration: input.SoftwareTokenMfaConfiguration && {
      Enabled: input.SoftwareTokenMfaConfiguration.Enabled ?? false,
    },
    EmailMfaConfiguration: input.EmailMfaConfiguration,
    WebAuthnConfiguration: input.WebAuthnConfiguration,
  }

  checkReplacedMfa(ctx, settings)
  return settings
}

function checkReplacedMfa(ctx: Context, settings: PoolSettings): void {
  if (settings.MfaConfiguration !== 'OFF' && mfaFactors(settings).size === 0) {
    throw new InvalidParameter(
      "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    )
  }
  if (ctx.config.strict && settings.EmailMfaConfiguration && !sendsOwnMail(settings)) {
    throw new InvalidParameter(
      'Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.',
    )
  }
  if (settings.MfaConfiguration !== 'ON') return
  checkNoOneTimePasswords(settings)
  if (firstFactors(settings).includes(webAuthn.name) && !passkeysAreMfa(settings)) {
    throw new InvalidParameter(
      'Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor',
    )
  }
}

const firstFactors = (settings: PoolSettings) =>
  settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD']

const passkeysAreMfa = (settings: PoolSettings) =>
  settings.WebAuthnConfiguration?.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION'

const sendsOwnMail = (settings: PoolSettings) => settings.EmailConfiguration?.EmailSendingAccount === 'DEVELOPER'

function checkNoOneTimePasswords(settings: PoolSettings): void {
  if (codeAttributes(settings).length > 0) {
    throw new InvalidParameter(
      'Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled',
    )
  }
}
