/**
 * What is switched on beyond Cognito, for a pool and for single clients of it: documents of our own API, which no member
 * of Cognito's operations shows or changes.
 */

/**
 * `cognito` is what the service does; `standard` switches on what a conformant OpenID provider needs; `fapi2` what the
 * FAPI 2.0 Security Profile asks for, and nothing that it forbids.
 */
export type StandardsProfile = 'cognito' | 'standard' | 'fapi2'

/** What can be switched alone, and which profiles have it on. */
export const standardsParts = {
  /** `iss` beside every answer of the authorization endpoint (RFC 9207). */
  IssuerParameter: { profiles: ['standard', 'fapi2'] },
  /** Claims by scope and by the `claims` parameter, in JSON's types. */
  OpenIdClaims: { profiles: ['standard', 'fapi2'] },
  /** The authorization endpoint as OpenID Connect has it. */
  OpenIdRequests: { profiles: ['standard', 'fapi2'] },
  /** `id_token` and the hybrid types, and answers by form_post. */
  ResponseTypes: { profiles: ['standard'] },
  /** Requests that an app pushes to the server, so that no browser can change them (RFC 9126). */
  PushedAuthorizationRequests: { profiles: ['standard', 'fapi2'] },
  /** What a token is worth, for the apps of the pool that have a secret (RFC 7662). */
  Introspection: { profiles: ['standard', 'fapi2'] },
  /** Tokens that are bound to a key of the app (RFC 9449). */
  DPoP: { profiles: ['standard', 'fapi2'] },
  /** Clients that authenticate by signing (RFC 7523). */
  ClientAssertions: { profiles: ['standard', 'fapi2'] },
  /** Clients that authenticate by a certificate of theirs, and tokens bound to it, behind a proxy that asks for one (RFC 8705). */
  MutualTls: { profiles: ['standard', 'fapi2'] },
  /** Access tokens by RFC 9068, with a type and an audience. */
  JwtAccessTokens: { profiles: [] },
  /** Apps that end the session send the browser to `/logout` as OpenID Connect has it. */
  RpInitiatedLogout: { profiles: ['standard', 'fapi2'] },
  /** Apps are told that their users have signed out, server to server. */
  BackChannelLogout: { profiles: ['standard', 'fapi2'] },
  /** Apps are told in the browser. */
  FrontChannelLogout: { profiles: ['standard'] },
  /** Devices without a browser: their user types a code elsewhere (RFC 8628). */
  DeviceAuthorization: { profiles: [] },
  /** Answers of the authorization endpoint that the pool signs (JARM), where an app asks for them. */
  JwtResponses: { profiles: [] },
  /** Requests that an app has signed (RFC 9101). */
  RequestObjects: { profiles: [] },
  /** An API that calls another in a user's name trades the token that it was shown (RFC 8693). */
  TokenExchange: { profiles: [] },
  /** Clients that have registered themselves read, change and delete their registration (RFC 7592). */
  RegistrationManagement: { profiles: ['standard'] },
  /** Client ids that are the address of a document about the client. */
  ClientIdMetadataDocuments: { profiles: [] },
  /** Errors and statuses of the token endpoint as OAuth has them. */
  OAuthErrors: { profiles: ['standard', 'fapi2'] },
  /** Metadata of an authorization server (RFC 8414), beside OpenID Connect's. A client has no say in it. */
  ServerMetadata: { profiles: ['standard', 'fapi2'] },
  /** The rules of the FAPI 2.0 Security Profile: an app that does not keep them gets no tokens. */
  Fapi2: { profiles: ['fapi2'] },
  /** Tokens are signed by PS256; every client of the pool has to know it. */
  PS256: { profiles: ['fapi2'] },
} satisfies Record<string, { profiles: StandardsProfile[] }>

export type StandardsPart = keyof typeof standardsParts

/** What is about the pool alone. */
type PoolPart =
  | 'ClientIdMetadataDocuments'
  | 'RegistrationManagement'
  | 'Introspection'
  | 'OAuthErrors'
  | 'PS256'
  | 'RpInitiatedLogout'
  | 'ServerMetadata'

export type PoolStandards = {
  Profile?: StandardsProfile
  /** Who is told what happens to the pool's users (Shared Signals, by push). */
  EventReceivers?: EventReceiver[]
  /** The only hosts whose documents are read; all of them where it is absent. */
  ClientIdHosts?: string[]
} & { [Part in StandardsPart]?: boolean }

export interface EventReceiver {
  Uri: string
  /** `aud` of the events; the address, where it is absent. */
  Audience?: string
}

export interface TokenExchangePolicy {
  /** The `aud` of tokens that it may trade: what it is itself. */
  SubjectAudiences: string[]
  /** What it may have tokens for. */
  TargetAudiences: string[]
  /** Its tokens don't tell that it acts for the user. */
  Impersonation?: boolean
}

export interface ClientStandards extends Omit<PoolStandards, PoolPart | 'EventReceivers' | 'ClientIdHosts'> {
  /** It can't begin a sign-in in any other way. */
  RequirePushedAuthorizationRequests?: boolean
  /** Its users are asked once whether it may have what it asks for. */
  RequireConsent?: boolean
  /** It gets no tokens but bound ones. */
  RequireDPoP?: boolean
  /** By its secret or by nothing, as with Cognito, unless it says so. */
  TokenEndpointAuthMethod?: 'private_key_jwt' | 'client_secret_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth'
  /** Of `tls_client_auth`: whom the certificate is for, by RFC 4514, and who has issued it, in PEM. */
  TlsClientAuthSubjectDn?: string
  TlsClientAuthCa?: string
  /** Its tokens are bound to the certificate that it comes with. */
  CertificateBoundAccessTokens?: boolean
  /** Where it is told that a user has signed out. */
  BackChannelLogoutUri?: string
  /** A page of its own that signs the browser out. */
  FrontChannelLogoutUri?: string
  /** Which tokens it may trade, and for what; none where it is absent. */
  TokenExchangePolicy?: TokenExchangePolicy
  /** Its public keys: a JWK set, or where there is one. */
  Jwks?: { keys: Record<string, unknown>[] }
  JwksUri?: string
}

/** The page on which users see and change their own account. It is there unless the pool says otherwise. */
export interface AccountPageSettings {
  Enabled?: boolean
  /** Whether users may delete their account on it; they may unless the pool says otherwise. */
  AllowDeletion?: boolean
}

export interface UserPoolExtensions {
  Standards?: PoolStandards
  AccountPage?: AccountPageSettings
}

export const offersAccountPage = ({ extensions }: { extensions?: UserPoolExtensions }): boolean =>
  extensions?.AccountPage?.Enabled !== false

export interface ClientExtensions {
  Standards?: ClientStandards
}

interface Extended {
  extensions?: { Standards?: PoolStandards | ClientStandards }
}

/**
 * Whether a part is on: what the client says of it, or of its profile, goes before what its pool says. A pool of which
 * nothing is said is Cognito's.
 */
export function isOn(part: StandardsPart, pool: Extended, client?: Extended): boolean {
  return says(client, part) ?? says(pool, part) ?? false
}

function says(extended: Extended | undefined, part: StandardsPart): boolean | undefined {
  const standards: PoolStandards = extended?.extensions?.Standards ?? {}
  const { Profile, [part]: alone } = standards
  const { profiles }: { profiles: StandardsProfile[] } = standardsParts[part]
  return alone ?? (Profile && profiles.includes(Profile))
}
