/** The members of a pool that no other page shows, as one flat list and back. */
import type { PoolChange, PoolType } from '../../api/merge.ts'
import type { CognitoInput, CognitoOutput } from '../../api/wire.ts'
import { type Pair, pairsOf, recordOf } from '../../ui/pairs.tsx'

export type MfaConfig = CognitoOutput<'GetUserPoolMfaConfig'>

export interface PoolSettings {
  name: string
  protection: boolean
  tier: 'LITE' | 'ESSENTIALS' | 'PLUS'
  tags: Pair[]
  newDevice: boolean
  customAuth: 'OFF' | 'AUDIT' | 'ENFORCED'
  relyingParty: string
  userVerification: 'preferred' | 'required'
  issuer: 'ORIGINAL' | 'UPDATED'
  keyType: 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KEY'
  keyArn: string
  smsRole: string
  smsExternalId: string
  smsRegion: string
  registration: boolean
  openRegistration: boolean
  openGrants: string[]
  tokenGrants: string[]
  registrationScopes: string[]
  levels: Pair[]
}

type AcrConfig = NonNullable<PoolType['AcrConfiguration']>

export function settingsOf(pool: PoolType, mfa: MfaConfig): PoolSettings {
  const { SmsConfiguration: sms = {} } = pool
  return {
    name: pool.Name ?? '',
    protection: pool.DeletionProtection === 'ACTIVE',
    tier: pool.UserPoolTier ?? 'ESSENTIALS',
    tags: pairsOf(pool.UserPoolTags),
    newDevice: pool.DeviceConfiguration?.ChallengeRequiredOnNewDevice ?? false,
    customAuth: pool.UserPoolAddOns?.AdvancedSecurityAdditionalFlows?.CustomAuthMode ?? 'OFF',
    relyingParty: mfa.WebAuthnConfiguration?.RelyingPartyId ?? '',
    userVerification: mfa.WebAuthnConfiguration?.UserVerification ?? 'preferred',
    issuer: pool.IssuerConfiguration?.Type ?? 'ORIGINAL',
    keyType: pool.KeyConfiguration?.KeyType ?? 'AWS_OWNED_KEY',
    keyArn: pool.KeyConfiguration?.KmsKeyArn ?? '',
    smsRole: sms.SnsCallerArn ?? '',
    smsExternalId: sms.ExternalId ?? '',
    smsRegion: sms.SnsRegion ?? '',
    ...registrationSettings(pool),
    levels: levelsOf(pool.AcrConfiguration),
  }
}

function registrationSettings({ DcrConfiguration: dcr = {} }: PoolType) {
  return {
    registration: dcr.EnableStatus === 'Enabled',
    openRegistration: dcr.OpenDcrEnabled ?? false,
    openGrants: dcr.OpenDcrGrantTypes ?? [],
    tokenGrants: dcr.AuthenticatedGrantTypes ?? [],
    registrationScopes: dcr.AllowedScopes ?? [],
  }
}

const levelsOf = (levels: AcrConfig | undefined): Pair[] =>
  pairsOf(Object.fromEntries(Object.entries(levels ?? {}).map(([name, level]) => [name, level.AcrValue!])))

const smsNames = ['smsRole', 'smsExternalId', 'smsRegion']
const registrationNames = ['registration', 'openRegistration', 'openGrants', 'tokenGrants', 'registrationScopes']
const passkeyNames = ['relyingParty', 'userVerification']

export const isOfSms = (name: string): boolean => smsNames.includes(name)
export const isOfMfa = (name: string): boolean => passkeyNames.includes(name)

/** The members of the pool that the changed settings are in, over the pool as it is at the moment of saving. */
export function poolChangeOf(pool: PoolType, draft: PoolSettings, changed: readonly string[]): PoolChange {
  const has = (...names: string[]) => names.some((name) => changed.includes(name))
  return {
    ...(has('name') && { PoolName: draft.name.trim() }),
    ...(has('protection') && { DeletionProtection: draft.protection ? 'ACTIVE' : 'INACTIVE' }),
    ...(has('tier') && { UserPoolTier: draft.tier }),
    ...(has('tags') && { UserPoolTags: recordOf(draft.tags) }),
    ...(has('newDevice') && {
      DeviceConfiguration: { ...pool.DeviceConfiguration, ChallengeRequiredOnNewDevice: draft.newDevice },
    }),
    ...(has('customAuth') && { UserPoolAddOns: addOnsOf(pool, draft.customAuth) }),
    ...(has('issuer') && { IssuerConfiguration: { ...pool.IssuerConfiguration, Type: draft.issuer } }),
    ...(has('keyType', 'keyArn') && {
      KeyConfiguration: { KeyType: draft.keyType, ...(draft.keyArn !== '' && { KmsKeyArn: draft.keyArn.trim() }) },
    }),
    ...(has(...smsNames) && { SmsConfiguration: smsOf(pool, draft) }),
    ...(has(...registrationNames) && { DcrConfiguration: registrationOf(pool, draft, changed) }),
    ...(has('levels') && { AcrConfiguration: acrOf(draft.levels) }),
  }
}

function addOnsOf(
  { UserPoolAddOns: current }: PoolType,
  mode: PoolSettings['customAuth'],
): PoolChange['UserPoolAddOns'] {
  const { AdvancedSecurityAdditionalFlows: _, ...others } = current ?? {}
  return {
    AdvancedSecurityMode: 'OFF',
    ...others,
    ...(mode !== 'OFF' && { AdvancedSecurityAdditionalFlows: { CustomAuthMode: mode } }),
  }
}

function smsOf({ SmsConfiguration: current }: PoolType, draft: PoolSettings): PoolChange['SmsConfiguration'] {
  return {
    ...current,
    SnsCallerArn: draft.smsRole.trim() || undefined,
    ExternalId: draft.smsExternalId.trim() || undefined,
    SnsRegion: draft.smsRegion.trim() || undefined,
  }
}

type Dcr = NonNullable<PoolChange['DcrConfiguration']>

function registrationOf({ DcrConfiguration: current }: PoolType, draft: PoolSettings, changed: readonly string[]): Dcr {
  const members: Record<string, Dcr> = {
    registration: { EnableStatus: draft.registration ? 'Enabled' : 'Disabled' },
    openRegistration: { OpenDcrEnabled: draft.openRegistration },
    openGrants: { OpenDcrGrantTypes: draft.openGrants as Dcr['OpenDcrGrantTypes'] },
    tokenGrants: { AuthenticatedGrantTypes: draft.tokenGrants as Dcr['AuthenticatedGrantTypes'] },
    registrationScopes: { AllowedScopes: draft.registrationScopes },
  }
  const wanted = Object.entries(members).filter(([name]) => changed.includes(name))
  return Object.assign({ ...current }, ...wanted.map(([, member]) => member))
}

const acrOf = (levels: Pair[]): AcrConfig =>
  Object.fromEntries(Object.entries(recordOf(levels)).map(([name, AcrValue]) => [name, { AcrValue }])) as AcrConfig

/** All of the factors as they are, with what has changed about passkeys. */
export function mfaInputOf(
  UserPoolId: string,
  mfa: MfaConfig,
  draft: PoolSettings,
  changed: readonly string[],
): CognitoInput<'SetUserPoolMfaConfig'> {
  const { MfaConfiguration, SoftwareTokenMfaConfiguration, SmsMfaConfiguration, EmailMfaConfiguration } = mfa
  const passkeys = {
    ...mfa.WebAuthnConfiguration,
    ...(changed.includes('relyingParty') && { RelyingPartyId: draft.relyingParty.trim() || undefined }),
    ...(changed.includes('userVerification') && { UserVerification: draft.userVerification }),
  }
  return {
    UserPoolId,
    MfaConfiguration,
    ...(MfaConfiguration !== 'OFF' && { SoftwareTokenMfaConfiguration }),
    SmsMfaConfiguration,
    EmailMfaConfiguration,
    ...(Object.keys(passkeys).length > 0 && { WebAuthnConfiguration: passkeys }),
  }
}
