/** The types of identity providers: what each has to be told, and what is a sound start. */
import type { CognitoInput } from '../../api/wire.ts'
import type { Pair } from '../../ui/pairs.tsx'

export type ProviderType = CognitoInput<'CreateIdentityProvider'>['ProviderType'] & string

export interface Member {
  name: string
  required?: boolean
  /** Written, and shown to nobody. */
  secret?: boolean
  /** One line unless it says otherwise. */
  kind?: 'lines' | 'switch' | 'file'
  /** What it is at first. */
  initial?: string
  /** What the provider says of itself where it is asked; seldom written by hand. */
  discovered?: boolean
}

interface TypeFacts {
  /** Of a provider that a pool has once. */
  fixedName?: string
  members: Member[]
  mapping: Record<string, string>
}

const oauthMembers = (scopes: string, isSecretRequired = true): Member[] => [
  { name: 'client_id', required: true },
  { name: 'client_secret', required: isSecretRequired, secret: true },
  { name: 'authorize_scopes', required: true, initial: scopes },
]

export const providerTypes: Record<ProviderType, TypeFacts> = {
  OIDC: {
    members: [
      { name: 'oidc_issuer', required: true },
      ...oauthMembers('openid email profile', false),
      { name: 'attributes_request_method', required: true, initial: 'GET' },
      { name: 'authorize_url', discovered: true },
      { name: 'token_url', discovered: true },
      { name: 'attributes_url', discovered: true },
      { name: 'jwks_uri', discovered: true },
    ],
    mapping: { email: 'email', email_verified: 'email_verified', name: 'name' },
  },
  SAML: {
    members: [
      { name: 'MetadataURL' },
      { name: 'MetadataFile', kind: 'file' },
      { name: 'RequestSigningAlgorithm', kind: 'switch', initial: 'rsa-sha256' },
      { name: 'EncryptedResponses', kind: 'switch' },
      { name: 'IDPSignout', kind: 'switch' },
      { name: 'IDPInit', kind: 'switch' },
    ],
    mapping: { email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress' },
  },
  Google: {
    fixedName: 'Google',
    members: oauthMembers('openid email profile'),
    mapping: { email: 'email', email_verified: 'email_verified', name: 'name' },
  },
  SignInWithApple: {
    fixedName: 'SignInWithApple',
    members: [
      { name: 'client_id', required: true },
      { name: 'team_id', required: true },
      { name: 'key_id', required: true },
      { name: 'private_key', required: true, secret: true, kind: 'lines' },
      { name: 'authorize_scopes', required: true, initial: 'email name' },
    ],
    mapping: { email: 'email', name: 'name' },
  },
  Facebook: {
    fixedName: 'Facebook',
    members: [...oauthMembers('public_profile, email'), { name: 'api_version', initial: 'v17.0' }],
    mapping: { email: 'email', name: 'name' },
  },
  LoginWithAmazon: {
    fixedName: 'LoginWithAmazon',
    members: oauthMembers('profile postal_code'),
    mapping: { email: 'email', name: 'name' },
  },
}

/** A provider's settings as the forms have them. */
export interface ProviderSettings {
  details: Record<string, string>
  mapping: Pair[]
  identifiers: string[]
  /** Authentication contexts; of OIDC alone. */
  levels: Pair[]
}

export function initialSettings(type: ProviderType): ProviderSettings {
  const { members, mapping } = providerTypes[type]
  return {
    details: Object.fromEntries(members.map(({ name, initial = '' }) => [name, initial])),
    mapping: Object.entries(mapping).map(([name, value]) => ({ name, value })),
    identifiers: [],
    levels: [],
  }
}

export const isSwitchedOn = (value = ''): boolean => value !== '' && value.toLowerCase() !== 'false'

/** What is filled in. The metadata of SAML is at an address or in a file. */
export function detailsOf(type: ProviderType, details: Record<string, string>): Record<string, string> {
  const filled = providerTypes[type].members
    .map(({ name }) => [name, details[name]?.trim() ?? ''] as const)
    .filter(([, value]) => value !== '')
  return Object.fromEntries(filled)
}

/** The first member that is missing. A secret that is there is not asked for again. */
export function missingMember(
  type: ProviderType,
  details: Record<string, string>,
  { hasSecrets }: { hasSecrets: boolean },
): string | undefined {
  if (type === 'SAML') return details.MetadataURL || details.MetadataFile ? undefined : 'MetadataURL'
  return providerTypes[type].members.find(
    ({ name, required, secret }) => required && !(secret && hasSecrets) && !details[name]?.trim(),
  )?.name
}

export const isIssuerSound = ({ oidc_issuer: issuer = '' }: Record<string, string>): boolean =>
  issuer === '' || (/^https?:\/\//.test(issuer) && URL.canParse(issuer) && !issuer.endsWith('/'))
