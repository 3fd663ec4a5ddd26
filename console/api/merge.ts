/**
 * An update sets back to its default what it leaves out. So everything that is there now is sent along with what changes:
 * nothing that a page does not show is lost.
 */
import type { CognitoInput, CognitoOutput } from './wire.ts'

export type PoolType = NonNullable<CognitoOutput<'DescribeUserPool'>['UserPool']>
export type ClientType = NonNullable<CognitoOutput<'DescribeUserPoolClient'>['UserPoolClient']>
export type PoolUpdate = CognitoInput<'UpdateUserPool'>
export type ClientUpdate = CognitoInput<'UpdateUserPoolClient'>

export type PoolChange = Partial<Omit<PoolUpdate, 'UserPoolId'>>
export type ClientChange = Partial<Omit<ClientUpdate, 'UserPoolId' | 'ClientId'>>

/** Members of an update that DescribeUserPool shows under the same name. */
export const sentPoolMembers = [
  'Policies',
  'DeletionProtection',
  'LambdaConfig',
  'AutoVerifiedAttributes',
  'VerificationMessageTemplate',
  'SmsAuthenticationMessage',
  'UserAttributeUpdateSettings',
  'DeviceConfiguration',
  'EmailConfiguration',
  'UserPoolTags',
  'AdminCreateUserConfig',
  'UserPoolAddOns',
  'AccountRecoverySetting',
  'UserPoolTier',
  'KeyConfiguration',
  'IssuerConfiguration',
  'DcrConfiguration',
  'AcrConfiguration',
] as const satisfies (keyof PoolUpdate & keyof PoolType)[]

/**
 * Members that are sent only where they change. The server keeps the configuration of SMS and MFA, and takes a mention of
 * the first for the wish to use SMS as a second factor; the three texts are those of the template.
 */
export const unsentPoolMembers = [
  'MfaConfiguration',
  'SmsConfiguration',
  'SmsVerificationMessage',
  'EmailVerificationMessage',
  'EmailVerificationSubject',
] as const satisfies (keyof PoolUpdate & keyof PoolType)[]

export const sentClientMembers = [
  'ClientName',
  'RefreshTokenValidity',
  'AccessTokenValidity',
  'IdTokenValidity',
  'TokenValidityUnits',
  'ReadAttributes',
  'WriteAttributes',
  'ExplicitAuthFlows',
  'SupportedIdentityProviders',
  'CallbackURLs',
  'LogoutURLs',
  'DefaultRedirectURI',
  'AllowedOAuthFlows',
  'AllowedOAuthScopes',
  'AllowedOAuthFlowsUserPoolClient',
  'AnalyticsConfiguration',
  'PreventUserExistenceErrors',
  'EnableTokenRevocation',
  'EnablePropagateAdditionalUserContextData',
  'AuthSessionValidity',
  'RefreshTokenRotation',
] as const satisfies (keyof ClientUpdate & keyof ClientType)[]

export function poolUpdate(pool: PoolType, change: PoolChange): PoolUpdate {
  const merged: PoolUpdate = { UserPoolId: pool.Id!, PoolName: pool.Name!, ...pick(pool, sentPoolMembers), ...change }
  if (!merged.AdminCreateUserConfig) return merged
  // One number behind two members, of which the policy's is sent.
  const { UnusedAccountValidityDays: _, ...AdminCreateUserConfig } = merged.AdminCreateUserConfig
  return { ...merged, AdminCreateUserConfig }
}

export const clientUpdate = (client: ClientType, change: ClientChange): ClientUpdate => ({
  UserPoolId: client.UserPoolId!,
  ClientId: client.ClientId!,
  ...pick(client, sentClientMembers),
  ...change,
})

function pick<T, Name extends keyof T>(from: T, names: readonly Name[]): Pick<T, Name> {
  const entries = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]])
  return Object.fromEntries(entries)
}
