import type { CreateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider'
import type { ClientSettings } from '../../model/settings.ts'

/** What CreateUserPoolClient and UpdateUserPoolClient both take. */
export type ClientSettingsInput = Pick<
  CreateUserPoolClientRequest,
  Extract<keyof CreateUserPoolClientRequest, keyof ClientSettings>
>

/**
 * Settings as they are stored and shown. A setting that was left out and has no default in the answer stays absent; its
 * effect is in client-rules.
 */
export function settingsOf(input: ClientSettingsInput): ClientSettings {
  return {
    ExplicitAuthFlows: input.ExplicitAuthFlows,
    ...tokenValidity(input),
    AuthSessionValidity: input.AuthSessionValidity ?? 3,
    ReadAttributes: input.ReadAttributes,
    WriteAttributes: input.WriteAttributes,
    SupportedIdentityProviders: input.SupportedIdentityProviders,
    CallbackURLs: input.CallbackURLs,
    LogoutURLs: input.LogoutURLs,
    DefaultRedirectURI: input.DefaultRedirectURI,
    AllowedOAuthFlows: input.AllowedOAuthFlows,
    AllowedOAuthScopes: input.AllowedOAuthScopes,
    AllowedOAuthFlowsUserPoolClient: input.AllowedOAuthFlowsUserPoolClient ?? false,
    AnalyticsConfiguration: input.AnalyticsConfiguration,
    PreventUserExistenceErrors: input.PreventUserExistenceErrors,
    EnableTokenRevocation: input.EnableTokenRevocation ?? true,
    EnablePropagateAdditionalUserContextData: input.EnablePropagateAdditionalUserContextData ?? false,
    RefreshTokenRotation: input.RefreshTokenRotation && { RetryGracePeriodSeconds: 0, ...input.RefreshTokenRotation },
  }
}

// Where one unit is set, the others are shown as well. A refresh token without a validity lives 30 days, whatever its
// unit.
function tokenValidity(input: ClientSettingsInput): Partial<ClientSettings> {
  const { AccessToken, IdToken, RefreshToken } = input.TokenValidityUnits ?? {}
  const someUnit = AccessToken ?? IdToken ?? RefreshToken
  return {
    AccessTokenValidity: input.AccessTokenValidity,
    IdTokenValidity: input.IdTokenValidity,
    RefreshTokenValidity: input.RefreshTokenValidity || 30,
    TokenValidityUnits: someUnit
      ? {
          AccessToken: AccessToken ?? 'hours',
          IdToken: IdToken ?? 'hours',
          RefreshToken: input.RefreshTokenValidity ? (RefreshToken ?? 'days') : 'days',
        }
      : {},
  }
}
