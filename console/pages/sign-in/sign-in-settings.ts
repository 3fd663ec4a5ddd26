/** The settings of a sign-in, which the API spreads over two operations, as one flat list and back. */
import type { PoolChange, PoolType } from '../../api/merge.ts'
import type { CognitoInput, CognitoOutput } from '../../api/wire.ts'

export type MfaConfig = CognitoOutput<'GetUserPoolMfaConfig'>
type MfaInput = CognitoInput<'SetUserPoolMfaConfig'>

export interface SignInSettings {
  firstFactors: string[]
  minimumLength: number
  requireLowercase: boolean
  requireUppercase: boolean
  requireNumbers: boolean
  requireSymbols: boolean
  passwordHistory: number
  temporaryDays: number
  mfa: 'OFF' | 'OPTIONAL' | 'ON'
  secondFactors: string[]
  /** Whether a passkey, with the user verified, counts as both factors. */
  passkeysAreBoth: boolean
  selfSignUp: boolean
  verified: string[]
  verifyFirst: string[]
  /** The ways in their order. */
  recovery: string
  threatMode: 'OFF' | 'AUDIT' | 'ENFORCED'
  devices: 'no' | 'ask' | 'always'
}

type Name = keyof SignInSettings

export function settingsOf(pool: PoolType, mfa: MfaConfig): SignInSettings {
  const { PasswordPolicy = {}, SignInPolicy } = pool.Policies ?? {}
  return {
    firstFactors: SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD'],
    minimumLength: PasswordPolicy.MinimumLength ?? 8,
    requireLowercase: PasswordPolicy.RequireLowercase ?? false,
    requireUppercase: PasswordPolicy.RequireUppercase ?? false,
    requireNumbers: PasswordPolicy.RequireNumbers ?? false,
    requireSymbols: PasswordPolicy.RequireSymbols ?? false,
    passwordHistory: PasswordPolicy.PasswordHistorySize ?? 0,
    temporaryDays: PasswordPolicy.TemporaryPasswordValidityDays ?? 7,
    mfa: mfa.MfaConfiguration ?? 'OFF',
    secondFactors: secondFactorsOf(mfa),
    passkeysAreBoth: mfa.WebAuthnConfiguration?.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION',
    selfSignUp: !pool.AdminCreateUserConfig?.AllowAdminCreateUserOnly,
    verified: pool.AutoVerifiedAttributes ?? [],
    verifyFirst: pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    recovery: recoveryOf(pool),
    threatMode: pool.UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF',
    devices: devicesOf(pool),
  }
}

function secondFactorsOf(mfa: MfaConfig): string[] {
  return [
    ...(mfa.SoftwareTokenMfaConfiguration?.Enabled ? ['totp'] : []),
    ...(mfa.EmailMfaConfiguration ? ['email'] : []),
    ...(mfa.SmsMfaConfiguration ? ['sms'] : []),
  ]
}

const recoveryNames: Record<string, string> = {
  verified_email: 'email',
  verified_phone_number: 'phone',
  admin_only: 'admin',
}

function recoveryOf({ AccountRecoverySetting }: PoolType): string {
  const ways = (AccountRecoverySetting?.RecoveryMechanisms ?? []).toSorted((a, b) => a.Priority! - b.Priority!)
  return ways.map(({ Name: name }) => recoveryNames[name!]).join(', ')
}

function devicesOf({ DeviceConfiguration }: PoolType): SignInSettings['devices'] {
  if (!DeviceConfiguration) return 'no'
  return DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt ? 'ask' : 'always'
}

const passwordNames: Name[] = [
  'minimumLength',
  'requireLowercase',
  'requireUppercase',
  'requireNumbers',
  'requireSymbols',
  'passwordHistory',
  'temporaryDays',
]

/** The members of the pool that the changed settings are in, over the pool as it is at the moment of saving. */
export function poolChangeOf(pool: PoolType, draft: SignInSettings, changed: readonly Name[]): PoolChange {
  const has = (...names: Name[]) => names.some((name) => changed.includes(name))
  return {
    ...(has('firstFactors', ...passwordNames) && { Policies: policiesOf(pool, draft, changed) }),
    ...(has('selfSignUp') && {
      AdminCreateUserConfig: { ...pool.AdminCreateUserConfig, AllowAdminCreateUserOnly: !draft.selfSignUp },
    }),
    ...(has('verified') && { AutoVerifiedAttributes: draft.verified as PoolChange['AutoVerifiedAttributes'] }),
    ...(has('verifyFirst') && {
      UserAttributeUpdateSettings: {
        AttributesRequireVerificationBeforeUpdate: draft.verifyFirst as PoolChange['AutoVerifiedAttributes'],
      },
    }),
    ...(has('recovery') && { AccountRecoverySetting: { RecoveryMechanisms: mechanismsOf(draft.recovery) } }),
    ...(has('threatMode') && threatOf(pool, draft.threatMode)),
    ...(has('devices') && { DeviceConfiguration: deviceConfigurationOf(pool, draft.devices) }),
  }
}

function policiesOf({ Policies }: PoolType, draft: SignInSettings, changed: readonly Name[]): PoolChange['Policies'] {
  const current = { ...Policies?.PasswordPolicy }
  const wanted = {
    minimumLength: { MinimumLength: draft.minimumLength },
    requireLowercase: { RequireLowercase: draft.requireLowercase },
    requireUppercase: { RequireUppercase: draft.requireUppercase },
    requireNumbers: { RequireNumbers: draft.requireNumbers },
    requireSymbols: { RequireSymbols: draft.requireSymbols },
    passwordHistory: { PasswordHistorySize: draft.passwordHistory },
    temporaryDays: { TemporaryPasswordValidityDays: draft.temporaryDays },
  }
  for (const [name, member] of Object.entries(wanted))
    if (changed.includes(name as Name)) Object.assign(current, member)
  type Factors = NonNullable<NonNullable<PoolType['Policies']>['SignInPolicy']>['AllowedFirstAuthFactors']
  const SignInPolicy = changed.includes('firstFactors')
    ? { AllowedFirstAuthFactors: draft.firstFactors as Factors }
    : Policies?.SignInPolicy
  return { PasswordPolicy: current, ...(SignInPolicy && { SignInPolicy }) }
}

function mechanismsOf(recovery: string) {
  const names = Object.entries(recoveryNames) as ['verified_email' | 'verified_phone_number' | 'admin_only', string][]
  return recovery.split(', ').map((way, index) => ({
    Name: names.find(([, name]) => name === way)![0],
    Priority: index + 1,
  }))
}

/** Threat protection is part of the highest tier, where tiers count. */
function threatOf({ UserPoolAddOns }: PoolType, mode: SignInSettings['threatMode']): PoolChange {
  return {
    UserPoolAddOns: { ...UserPoolAddOns, AdvancedSecurityMode: mode },
    ...(mode !== 'OFF' && { UserPoolTier: 'PLUS' }),
  }
}

function deviceConfigurationOf({ DeviceConfiguration }: PoolType, devices: SignInSettings['devices']) {
  if (devices === 'no') return undefined
  return { ...DeviceConfiguration, DeviceOnlyRememberedOnUserPrompt: devices === 'ask' }
}

export const isMfaSetting = (name: Name): boolean => ['mfa', 'secondFactors', 'passkeysAreBoth'].includes(name)

/**
 * A pool that requires a second factor takes no codes as the first one: those are given up before, and taken up after. In
 * any other case the second factors can be set first.
 */
export const isPoolSavedFirst = (before: SignInSettings, draft: SignInSettings): boolean =>
  before.mfa !== 'ON' && draft.mfa === 'ON'

export type SignInFault = 'noPassword' | 'noSecondFactor' | 'codesFirst' | 'passkeysAlone' | 'badLength'

/** What the server would refuse. */
export function faultOf({ firstFactors, mfa, ...draft }: SignInSettings): SignInFault | undefined {
  if (!firstFactors.includes('PASSWORD')) return 'noPassword'
  if (mfa !== 'OFF' && draft.secondFactors.length === 0) return 'noSecondFactor'
  if (mfa === 'ON' && firstFactors.some((factor) => factor.endsWith('_OTP'))) return 'codesFirst'
  if (mfa === 'ON' && firstFactors.includes('WEB_AUTHN') && !draft.passkeysAreBoth) return 'passkeysAlone'
  const { minimumLength } = draft
  return Number.isInteger(minimumLength) && minimumLength >= 6 && minimumLength <= 99 ? undefined : 'badLength'
}

/** The whole of the second factors: what is left out would be turned off, and nothing may stand beside OFF. */
export function mfaInputOf(pool: PoolType, mfa: MfaConfig, draft: SignInSettings, accountId: string): MfaInput {
  const offers = (name: string) => draft.mfa !== 'OFF' && draft.secondFactors.includes(name)
  const sms = mfa.SmsMfaConfiguration ?? {
    SmsConfiguration: pool.SmsConfiguration ?? { SnsCallerArn: `arn:aws:iam::${accountId}:role/sms` },
  }
  return {
    UserPoolId: pool.Id!,
    MfaConfiguration: draft.mfa,
    ...(draft.mfa !== 'OFF' && { SoftwareTokenMfaConfiguration: { Enabled: offers('totp') } }),
    ...(offers('email') && { EmailMfaConfiguration: mfa.EmailMfaConfiguration ?? {} }),
    ...(offers('sms') && { SmsMfaConfiguration: sms }),
    WebAuthnConfiguration: passkeysOf(mfa, draft),
  }
}

function passkeysOf({ WebAuthnConfiguration: current }: MfaConfig, { passkeysAreBoth }: SignInSettings) {
  if (passkeysAreBoth)
    return {
      ...current,
      UserVerification: 'required',
      FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
    } as const
  return current && ({ ...current, FactorConfiguration: 'SINGLE_FACTOR' } as const)
}
