import type * as sdk from '@aws-sdk/client-cognito-identity-provider'

/**
 * A pool's stored configuration, under the wire names of UserPoolType and GetUserPoolMfaConfig. Members that were never
 * set are absent, as on the wire.
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
  /** Standard attributes as changed by the pool's Schema, and custom ones under their full names. */
  SchemaAttributes: sdk.SchemaAttributeType[]
  SmsMfaConfiguration?: sdk.SmsMfaConfigType
  SoftwareTokenMfaConfiguration?: sdk.SoftwareTokenMfaConfigType
  EmailMfaConfiguration?: sdk.EmailMfaConfigType
  WebAuthnConfiguration?: sdk.WebAuthnConfigurationType
  /** Members known only from the newest SDK, returned as they were sent: KeyConfiguration, IssuerConfiguration, … */
  [newest: string]: unknown
}

/** Pool configuration with its own operations: UpdateUserPool neither shows nor resets it. */
export interface SideSettings {
  sessions?: {
    tracking: 'ENABLED' | 'DISABLED'
    maxPerUser: number
    /** By client: for how many minutes a browser session signs the user in without asking again. */
    ssoMinutes: Record<string, number>
  }
  logs?: sdk.LogConfigurationType[]
}

/**
 * An app client's stored configuration, under the wire names of UserPoolClientType. Secrets are in a table of their
 * own.
 */
export type ClientSettings = Omit<
  sdk.UserPoolClientType,
  'UserPoolId' | 'ClientName' | 'ClientId' | 'ClientSecret' | 'LastModifiedDate' | 'CreationDate'
>

export type DomainSettings = Pick<
  sdk.DomainDescriptionType,
  'CustomDomainConfig' | 'ManagedLoginVersion' | 'CloudFrontDistribution' | 'Version' | 'Routing'
>

export type ResourceServerScope = { ScopeName: string; ScopeDescription: string }

/** The settings that each region of a replicated pool has of its own. */
export interface RegionalSettings
  extends Pick<PoolSettings, 'EmailConfiguration' | 'SmsConfiguration' | 'LambdaConfig' | 'UserPoolTags'> {
  logs?: sdk.LogConfigurationType[]
  /** The sender of threat protection's mail. */
  notify?: { SourceArn?: string; From?: string }
}
