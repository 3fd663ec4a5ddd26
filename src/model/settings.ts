import type * as sdk from '@aws-sdk/client-cognito-identity-provider'

/**
 * What a pool keeps of its configuration, under the wire names of UserPoolType and of GetUserPoolMfaConfig.
 * Members that were never set are absent, as they are on the wire.
 */
export interface PoolSettings
  extends Pick<
    sdk.UserPoolType,
    | 'Policies'
    | 'DeletionProtection'
    | 'LambdaConfig'
    | 'AutoVerifiedAttributes'
    | 'AliasAttributes'
    | 'UsernameAttributes'
    | 'SmsVerificationMessage'
    | 'EmailVerificationMessage'
    | 'EmailVerificationSubject'
    | 'VerificationMessageTemplate'
    | 'SmsAuthenticationMessage'
    | 'UserAttributeUpdateSettings'
    | 'MfaConfiguration'
    | 'DeviceConfiguration'
    | 'EmailConfiguration'
    | 'SmsConfiguration'
    | 'UserPoolTags'
    | 'AdminCreateUserConfig'
    | 'UserPoolAddOns'
    | 'UsernameConfiguration'
    | 'AccountRecoverySetting'
    | 'UserPoolTier'
  > {
  /** Standard attributes as changed by the pool's Schema, and the custom ones under their full names. */
  SchemaAttributes: sdk.SchemaAttributeType[]
  SmsMfaConfiguration?: sdk.SmsMfaConfigType
  SoftwareTokenMfaConfiguration?: sdk.SoftwareTokenMfaConfigType
  EmailMfaConfiguration?: sdk.EmailMfaConfigType
  WebAuthnConfiguration?: sdk.WebAuthnConfigurationType
  /** Members of the newest SDK that are echoed as they were given: KeyConfiguration, IssuerConfiguration, … */
  [newest: string]: unknown
}

/** What a pool keeps that has operations of its own: UpdateUserPool neither shows nor resets it. */
export interface SideSettings {
  sessions?: {
    tracking: 'ENABLED' | 'DISABLED'
    maxPerUser: number
    /** By client: for how many minutes a browser's session is used without asking. */
    ssoMinutes: Record<string, number>
  }
  logs?: sdk.LogConfigurationType[]
}

/** What an app client keeps, under the wire names of UserPoolClientType. Secrets live in their own table. */
export type ClientSettings = Omit<
  sdk.UserPoolClientType,
  'UserPoolId' | 'ClientName' | 'ClientId' | 'ClientSecret' | 'LastModifiedDate' | 'CreationDate'
>

export type DomainSettings = Pick<
  sdk.DomainDescriptionType,
  'CustomDomainConfig' | 'ManagedLoginVersion' | 'CloudFrontDistribution' | 'Version' | 'Routing'
>

export type ResourceServerScope = { ScopeName: string; ScopeDescription: string }

/** What each region of a pool with a replica keeps for itself. */
export interface RegionalSettings
  extends Pick<PoolSettings, 'EmailConfiguration' | 'SmsConfiguration' | 'LambdaConfig' | 'UserPoolTags'> {
  logs?: sdk.LogConfigurationType[]
  /** Who sends the mails of threat protection. */
  notify?: { SourceArn?: string; From?: string }
}
