/** Rules between the settings of a pool. The texts are the service's where they are known. */
import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { PoolSettings } from '../../model/settings.ts'
import { emailOtp } from '../factors/email-otp.ts'
import { smsMfa } from '../factors/sms.ts'
import { type AcrLevels, checkAcrLevels } from './acr-levels.ts'
import { checkDelivery } from './delivery-rules.ts'
import { checkLambdaConfig } from './lambda-config.ts'
import { mfaFactors } from './mfa-factors.ts'
import { checkFirstFactors, checkMfa } from './mfa-rules.ts'
import { checkTier } from './tiers.ts'

/** @throws InvalidParameterException, FeatureUnavailableInTierException */
export function checkPoolSettings(ctx: Context, settings: PoolSettings): void {
  checkSignInNames(settings)
  checkVerification(settings)
  checkDelivery(ctx, settings)
  checkLambdaConfig(ctx, settings.LambdaConfig ?? {})
  checkRecovery(settings)
  checkFirstFactors(settings)
  checkMfa(settings)
  checkKeyConfiguration(settings)
  checkAcrLevels((settings.AcrConfiguration ?? {}) as AcrLevels)
  checkTier(ctx, settings)
}

function checkSignInNames(settings: PoolSettings): void {
  if (settings.AliasAttributes && settings.UsernameAttributes) {
    throw new InvalidParameter('Only one of the aliasAttributes or usernameAttributes can be set in a User pool.')
  }
  // An alias becomes active only after confirmation, so nobody could provide it at sign-up.
  const required = settings.SchemaAttributes.some(({ Name, Required }) => Name === 'preferred_username' && Required)
  if (required && settings.AliasAttributes?.includes('preferred_username')) {
    throw new InvalidParameter('preferred_username cannot be both a required attribute and an alias attribute.')
  }
}

function checkVerification(settings: PoolSettings): void {
  const verified = settings.AutoVerifiedAttributes ?? []
  if (verified.includes('phone_number') && !settings.SmsConfiguration) {
    throw new InvalidParameter('SMS configuration is required when phone_number is selected for auto verification')
  }
  const before = settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []
  if (!before.every((attribute) => verified.includes(attribute))) {
    throw new InvalidParameter(
      'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
    )
  }
}

export function checkRecovery(settings: PoolSettings): void {
  const mechanisms = settings.AccountRecoverySetting?.RecoveryMechanisms ?? []
  const names = new Set(mechanisms.map((mechanism) => mechanism.Name))
  const priorities = new Set(mechanisms.map((mechanism) => mechanism.Priority))
  if (names.size < mechanisms.length || priorities.size < mechanisms.length) {
    throw badRecovery('Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.')
  }
  if (names.has('admin_only') && names.size > 1) {
    throw badRecovery('Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.')
  }
  // One channel can't be both the second factor and the only means of recovery.
  if (names.size !== 1) return
  const factors = mfaFactors(settings)
  if (names.has('verified_phone_number') && factors.has(smsMfa.name)) {
    throw badRecovery(
      'Account Recovery Setting cannot use verified_phone_number as a recovery mechanism when SMS MFA is configured.',
    )
  }
  if (names.has('verified_email') && factors.has(emailOtp.name)) {
    throw badRecovery(
      'Account Recovery Setting cannot use verified_email as a recovery mechanism when Email MFA is configured.',
    )
  }
}

const badRecovery = (text: string) => new InvalidParameter(`Invalid account recovery setting parameter. ${text}`)

function checkKeyConfiguration(settings: PoolSettings): void {
  const key = settings.KeyConfiguration as { KeyType?: string; KmsKeyArn?: string } | undefined
  if (key?.KeyType === 'CUSTOMER_MANAGED_KEY' && !key.KmsKeyArn) {
    throw new InvalidParameter('KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.')
  }
}
