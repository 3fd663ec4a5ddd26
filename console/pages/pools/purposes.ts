/** Pools by what they are for: sound settings of the pool and of its first app. */
import type { CognitoInput } from '../../api/wire.ts'

export type Purpose = 'web' | 'spa' | 'mobile' | 'machine' | 'testing'
export type SignInName = 'email' | 'phone' | 'username'

export const purposes: readonly Purpose[] = ['web', 'spa', 'mobile', 'machine', 'testing']

export interface Wishes {
  purpose: Purpose
  name: string
  clientName: string
  signInName: SignInName
  passkeys: boolean
  emailCode: boolean
  selfSignUp: boolean
  callbackUrl: string
  /** Of a machine client: `orders/read`. */
  scope: string
}

/** Where the development servers of such apps usually are. */
export const suggestedUrls: Record<Purpose, string> = {
  web: 'http://localhost:3000/callback',
  spa: 'http://localhost:5173/',
  mobile: 'myapp://callback',
  machine: '',
  testing: 'http://localhost:3000/',
}

export const hasPeople = (purpose: Purpose): boolean => purpose !== 'machine'

export function poolInput(wishes: Wishes): CognitoInput<'CreateUserPool'> {
  const { purpose, name, signInName } = wishes
  const isTest = purpose === 'testing'
  const verified = signInName === 'phone' ? 'phone_number' : 'email'
  return {
    PoolName: name,
    UsernameConfiguration: { CaseSensitive: false },
    ...(signInName !== 'username' && { UsernameAttributes: [verified] }),
    ...(!isTest && { AutoVerifiedAttributes: [verified] }),
    ...(!isTest && { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: [verified] } }),
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: `verified_${verified}`, Priority: 1 }] },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: !hasPeople(purpose) || !wishes.selfSignUp },
    Policies: {
      PasswordPolicy: isTest ? easyPasswords : soundPasswords,
      SignInPolicy: { AllowedFirstAuthFactors: firstFactors(wishes) },
    },
    DeletionProtection: isTest ? 'INACTIVE' : 'ACTIVE',
  }
}

const soundPasswords = {
  MinimumLength: 12,
  RequireLowercase: false,
  RequireUppercase: false,
  RequireNumbers: false,
  RequireSymbols: false,
  TemporaryPasswordValidityDays: 7,
}
const easyPasswords = { ...soundPasswords, MinimumLength: 6 }

type Factor = 'PASSWORD' | 'WEB_AUTHN' | 'EMAIL_OTP'

function firstFactors({ purpose, passkeys, emailCode }: Wishes): Factor[] {
  if (!hasPeople(purpose)) return ['PASSWORD']
  return ['PASSWORD', ...(passkeys ? (['WEB_AUTHN'] as const) : []), ...(emailCode ? (['EMAIL_OTP'] as const) : [])]
}

/** The API whose scope a machine asks for. */
export function resourceServerInput(UserPoolId: string, scope: string): CognitoInput<'CreateResourceServer'> {
  const { api, name } = scopeParts(scope)!
  return { UserPoolId, Identifier: api, Name: api, Scopes: [{ ScopeName: name, ScopeDescription: name }] }
}

/** `orders/read`, or `https://api.example.com/read`: what stands before the last slash is the API. */
export function scopeParts(scope: string): { api: string; name: string } | undefined {
  const slash = scope.lastIndexOf('/')
  const [api, name] = [scope.slice(0, slash), scope.slice(slash + 1)]
  return slash > 0 &&
    /^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/.test(api) &&
    /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$/.test(name)
    ? { api, name }
    : undefined
}

type ClientWishes = Pick<Wishes, 'purpose' | 'clientName' | 'callbackUrl' | 'scope'>

export function clientInput(UserPoolId: string, wishes: ClientWishes): CognitoInput<'CreateUserPoolClient'> {
  const { purpose, clientName, callbackUrl, scope } = wishes
  const shared = {
    UserPoolId,
    ClientName: clientName,
    PreventUserExistenceErrors: 'ENABLED' as const,
    EnableTokenRevocation: true,
  }
  if (purpose === 'machine')
    return {
      ...shared,
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [scope],
    }
  return { ...shared, ...redirecting(callbackUrl), ...byPurpose[purpose] }
}

const redirecting = (callbackUrl: string): Partial<CognitoInput<'CreateUserPoolClient'>> => ({
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: [callbackUrl],
  LogoutURLs: [homeOf(callbackUrl)],
})

/** Refresh tokens that change with each use are worth nothing to who has copied one. */
const rotating = {
  ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const, 'ALLOW_USER_SRP_AUTH' as const],
  RefreshTokenRotation: { Feature: 'ENABLED' as const, RetryGracePeriodSeconds: 60 },
}

const byPurpose: Record<Exclude<Purpose, 'machine'>, Partial<CognitoInput<'CreateUserPoolClient'>>> = {
  web: {
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  },
  spa: rotating,
  mobile: { ...rotating, RefreshTokenValidity: 180, TokenValidityUnits: { RefreshToken: 'days' } },
  testing: {
    ExplicitAuthFlows: [
      'ALLOW_USER_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
    ],
  },
}

/** Where an app takes people after they have signed out: its home, or where it takes them after they signed in. */
function homeOf(callbackUrl: string): string {
  const url = new URL(callbackUrl)
  return /^https?:$/.test(url.protocol) ? new URL('/', url).href : callbackUrl
}
