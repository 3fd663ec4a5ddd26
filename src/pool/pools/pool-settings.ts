/**
 * Stored settings from the input of CreateUserPool or UpdateUserPool. An update resets members that are left out to
 * their defaults, except those that the service is known to keep: each policy, MfaConfiguration, SmsConfiguration (SMS
 * can't be turned off again), DcrConfiguration, KeyConfiguration and IssuerConfiguration.
 */
import type * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter } from '../../model/errors.ts'
import type { Limits } from '../../model/limits.ts'
import type { PoolSettings } from '../../model/settings.ts'
import type { Input } from '../handler.ts'
import { type AcrLevels, acrLevels } from './acr-levels.ts'
import { lambdaConfig } from './lambda-config.ts'
import { poolSchema } from './pool-schema.ts'

type Writable = Omit<Input<'UpdateUserPool'>, 'UserPoolId' | 'PoolName'>

export function newPoolSettings(limits: Limits, input: Input<'CreateUserPool'>): PoolSettings {
  return {
    ...writtenSettings(input, undefined),
    AliasAttributes: listed(input.AliasAttributes),
    UsernameAttributes: listed(input.UsernameAttributes),
    UsernameConfiguration: input.UsernameConfiguration,
    SchemaAttributes: poolSchema(limits, input.Schema),
  }
}

export function updatedPoolSettings(current: PoolSettings, input: Writable): PoolSettings {
  return {
    ...writtenSettings(input, current),
    AliasAttributes: current.AliasAttributes,
    UsernameAttributes: current.UsernameAttributes,
    UsernameConfiguration: current.UsernameConfiguration,
    SchemaAttributes: current.SchemaAttributes,
    WebAuthnConfiguration: current.WebAuthnConfiguration,
  }
}

function writtenSettings(input: Writable, current: PoolSettings | undefined): Omit<PoolSettings, 'SchemaAttributes'> {
  const temporaryPasswordDays = temporaryPasswordValidity(input, current)
  return {
    Policies: {
      PasswordPolicy: passwordPolicy(input, current, temporaryPasswordDays),
      SignInPolicy: {
        AllowedFirstAuthFactors: input.Policies?.SignInPolicy?.AllowedFirstAuthFactors ??
          current?.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD'],
      },
    },
    DeletionProtection: input.DeletionProtection ?? 'INACTIVE',
    LambdaConfig: lambdaConfig(input.LambdaConfig),
    AutoVerifiedAttributes: listed(input.AutoVerifiedAttributes),
    ...verificationMessages(input),
    SmsAuthenticationMessage: input.SmsAuthenticationMessage,
    UserAttributeUpdateSettings: input.UserAttributeUpdateSettings,
    DeviceConfiguration: input.DeviceConfiguration && {
      ChallengeRequiredOnNewDevice: input.DeviceConfiguration.ChallengeRequiredOnNewDevice ?? false,
      DeviceOnlyRememberedOnUserPrompt: input.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt ?? false,
    },
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...input.EmailConfiguration },
    ...mfaSettings(input, current),
    // Tags that were left out of an update stay, as Terraform relies on.
    UserPoolTags: input.UserPoolTags ?? current?.UserPoolTags ?? {},
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: input.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
      UnusedAccountValidityDays: temporaryPasswordDays,
      InviteMessageTemplate: input.AdminCreateUserConfig?.InviteMessageTemplate,
    },
    UserPoolAddOns: input.UserPoolAddOns,
    AccountRecoverySetting: input.AccountRecoverySetting ?? {
      RecoveryMechanisms: [
        { Priority: 1, Name: 'verified_email' },
        { Priority: 2, Name: 'verified_phone_number' },
      ],
    },
    UserPoolTier: input.UserPoolTier ?? tierFor(input.UserPoolAddOns),
    KeyConfiguration: input.KeyConfiguration ?? current?.KeyConfiguration ?? { KeyType: 'AWS_OWNED_KEY' },
    IssuerConfiguration: input.IssuerConfiguration ?? current?.IssuerConfiguration ?? { Type: 'ORIGINAL' },
    DcrConfiguration: input.DcrConfiguration
      ? { EnableStatus: 'Enabled', OpenDcrEnabled: false, ...input.DcrConfiguration }
      : current?.DcrConfiguration,
    AcrConfiguration: acrLevels(input.AcrConfiguration as AcrLevels | undefined),
  }
}

/** The older members and those of the template are the same texts. */
function verificationMessages(input: Writable) {
  const template = input.VerificationMessageTemplate
  const sms = template?.SmsMessage ?? input.SmsVerificationMessage
  const email = template?.EmailMessage ?? input.EmailVerificationMessage
  const subject = template?.EmailSubject ?? input.EmailVerificationSubject
  return {
    SmsVerificationMessage: sms,
    EmailVerificationMessage: email,
    EmailVerificationSubject: subject,
    VerificationMessageTemplate: {
      ...template,
      SmsMessage: sms,
      EmailMessage: email,
      EmailSubject: subject,
      DefaultEmailOption: template?.DefaultEmailOption ?? 'CONFIRM_WITH_CODE',
    },
  } satisfies Partial<PoolSettings>
}

/** Two members for one number. 0 counts as not set. */
function temporaryPasswordValidity(input: Writable, current: PoolSettings | undefined): number {
  const days = input.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays || undefined
  const legacy = input.AdminCreateUserConfig?.UnusedAccountValidityDays || undefined
  if (days && legacy) {
    throw new InvalidParameter(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    )
  }
  const before = input.Policies?.PasswordPolicy ? undefined : current?.Policies?.PasswordPolicy
  return days ?? legacy ?? before?.TemporaryPasswordValidityDays ?? 7
}

/** A policy is replaced as a whole: what it leaves out is not required. */
function passwordPolicy(
  input: Writable,
  current: PoolSettings | undefined,
  temporaryPasswordDays: number,
): sdk.PasswordPolicyType {
  const policy: sdk.PasswordPolicyType = input.Policies?.PasswordPolicy ??
    current?.Policies?.PasswordPolicy ?? {
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
    }
  return {
    MinimumLength: policy.MinimumLength ?? 8,
    RequireUppercase: policy.RequireUppercase ?? false,
    RequireLowercase: policy.RequireLowercase ?? false,
    RequireNumbers: policy.RequireNumbers ?? false,
    RequireSymbols: policy.RequireSymbols ?? false,
    PasswordHistorySize: policy.PasswordHistorySize || undefined,
    TemporaryPasswordValidityDays: temporaryPasswordDays,
  }
}

/**
 * An SMS configuration set while MFA is on makes SMS a second factor. The other factors are set by
 * SetUserPoolMfaConfig; they end when MFA is turned off.
 */
function mfaSettings(input: Writable, current: PoolSettings | undefined) {
  const MfaConfiguration = input.MfaConfiguration ?? current?.MfaConfiguration ?? 'OFF'
  const SmsConfiguration = input.SmsConfiguration ?? current?.SmsConfiguration
  if (MfaConfiguration === 'OFF') return { MfaConfiguration, SmsConfiguration } as const

  const { SoftwareTokenMfaConfiguration, EmailMfaConfiguration } = current ?? {}
  const otherFactor = SoftwareTokenMfaConfiguration?.Enabled || EmailMfaConfiguration
  const smsFactor = input.SmsConfiguration || current?.SmsMfaConfiguration || !otherFactor
  return {
    MfaConfiguration,
    SmsConfiguration,
    SmsMfaConfiguration:
      SmsConfiguration && smsFactor
        ? { SmsAuthenticationMessage: input.SmsAuthenticationMessage, SmsConfiguration }
        : undefined,
    SoftwareTokenMfaConfiguration,
    EmailMfaConfiguration,
  }
}

const tierFor = (addOns: sdk.UserPoolAddOnsType | undefined) =>
  (addOns?.AdvancedSecurityMode ?? 'OFF') === 'OFF' ? 'ESSENTIALS' : 'PLUS'

const listed = <T>(list: T[] | undefined) => (list && list.length > 0 ? [...new Set(list)] : undefined)
