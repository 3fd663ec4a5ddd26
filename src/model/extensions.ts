/**
 * What is switched on beyond Cognito, for a pool or for single clients of it. These documents belong to our own API: no
 * member of Cognito's operations shows or changes them.
 */

/**
 * `cognito` is what the service does; `standard` switches on what a conformant OpenID provider needs; `fapi2` switches
 * on what the FAPI 2.0 Security Profile requires, and nothing that it forbids.
 */
export type StandardsProfile = 'cognito' | 'standard' | 'fapi2'

/** What can be switched on by itself, and the profiles that include it. */
export const standardsParts = {
  /** `iss` in every response of the authorization endpoint (RFC 9207). */
  IssuerParameter: { profiles: ['standard', 'fapi2'] },
  /** Claims by scope and by the `claims` parameter, with their JSON types. */
  OpenIdClaims: { profiles: ['standard', 'fapi2'] },
  /** The authorization endpoint as OpenID Connect specifies it. */
  OpenIdRequests: { profiles: ['standard', 'fapi2'] },
  /** `id_token`, the hybrid response types, and form_post. */
  ResponseTypes: { profiles: ['standard'] },
  /** Pushed authorization requests, which no browser can change (RFC 9126). */
  PushedAuthorizationRequests: { profiles: ['standard', 'fapi2'] },
  /** Token introspection, for clients that have a secret (RFC 7662). */
  Introspection: { profiles: ['standard', 'fapi2'] },
  /** Tokens that are bound to a key of the client (DPoP, RFC 9449). */
  DPoP: { profiles: ['standard', 'fapi2'] },
  /** Clients that authenticate with a signed JWT (RFC 7523). */
  ClientAssertions: { profiles: ['standard', 'fapi2'] },
  /**
   * Clients that authenticate with a TLS certificate, and tokens bound to it; needs a proxy that requests certificates
   * (RFC 8705).
   */
  MutualTls: { profiles: ['standard', 'fapi2'] },
  /** Access tokens as JWTs with a type and an audience (RFC 9068). */
  JwtAccessTokens: { profiles: [] },
  /** RP-initiated logout: apps end the session by sending the browser to `/logout` as OpenID Connect specifies it. */
  RpInitiatedLogout: { profiles: ['standard', 'fapi2'] },
  /** Back-channel logout: apps are notified server to server that their users have signed out. */
  BackChannelLogout: { profiles: ['standard', 'fapi2'] },
  /** Front-channel logout: apps are notified in the browser. */
  FrontChannelLogout: { profiles: ['standard'] },
  /** Devices without a browser: the user enters a code on another device (RFC 8628). */
  DeviceAuthorization: { profiles: [] },
  /** Client-initiated backchannel authentication (CIBA): an app asks for a user, who approves on another device. */
  BackchannelAuthentication: { profiles: [] },
  /** Signed responses of the authorization endpoint (JARM), for clients that request them. */
  JwtResponses: { profiles: [] },
  /** Signed authorization requests (RFC 9101). */
  RequestObjects: { profiles: [] },
  /** Signed authorization requests that are fetched from an address of the client; they need `RequestObjects`. */
  RequestsByReference: { profiles: [] },
  /** Token exchange: an API that calls another one in a user's name trades the token that it received (RFC 8693). */
  TokenExchange: { profiles: [] },
  /** Clients that have registered themselves read, change and delete their registration (RFC 7592). */
  RegistrationManagement: { profiles: ['standard'] },
  /** Client ids that are the URL of a metadata document of the client. */
  ClientIdMetadataDocuments: { profiles: [] },
  /** The API by which clients manage streams of security events (Shared Signals). */
  SharedSignals: { profiles: [] },
  /** Errors, statuses and `scope` of the token endpoint as OAuth specifies them. */
  OAuthErrors: { profiles: ['standard', 'fapi2'] },
  /** Authorization server metadata (RFC 8414), in addition to OpenID Connect's. Clients cannot override it. */
  ServerMetadata: { profiles: ['standard', 'fapi2'] },
  /** The rules of the FAPI 2.0 Security Profile: a client that breaks them gets no tokens. */
  Fapi2: { profiles: ['fapi2'] },
  /** Tokens are signed with PS256, which every client of the pool must support. */
  PS256: { profiles: ['fapi2'] },
} satisfies Record<string, { profiles: StandardsProfile[] }>

export type StandardsPart = keyof typeof standardsParts

/** Parts that only a pool can switch. */
export type PoolPart =
  | 'ClientIdMetadataDocuments'
  | 'RegistrationManagement'
  | 'Introspection'
  | 'OAuthErrors'
  | 'PS256'
  | 'RpInitiatedLogout'
  | 'ServerMetadata'
  | 'SharedSignals'

export type PoolStandards = {
  Profile?: StandardsProfile
  /** The receivers of security events about the pool's users (Shared Signals, push delivery). */
  EventReceivers?: EventReceiver[]
  /** The only hosts from which client metadata documents are fetched; any host if absent. */
  ClientIdHosts?: string[]
} & { [Part in StandardsPart]?: boolean }

export interface EventReceiver {
  Uri: string
  /** `aud` of the events; the receiver's URL if absent. */
  Audience?: string
}

export interface TokenExchangePolicy {
  /** The `aud` that identifies this client in tokens that it may trade. */
  SubjectAudiences: string[]
  /** The audiences that it may request tokens for. */
  TargetAudiences: string[]
  /** Its tokens don't say that it acts for the user. */
  Impersonation?: boolean
}

export interface ClientStandards extends Omit<PoolStandards, PoolPart | 'EventReceivers' | 'ClientIdHosts'> {
  /** Required: the client can't start a sign-in in any other way. */
  RequirePushedAuthorizationRequests?: boolean
  /** The only response types that it may request; unless set, all that its flows allow. */
  AllowedResponseTypes?: string[]
  /** Pages of the client that users find where they are asked to allow it something. */
  ClientUri?: string
  PolicyUri?: string
  TosUri?: string
  /** Users are asked once whether the client may have what it requests. */
  RequireConsent?: boolean
  /** It gets only bound tokens. */
  RequireDPoP?: boolean
  /** Unless set, it authenticates with its secret if it has one, as with Cognito. */
  TokenEndpointAuthMethod?: 'private_key_jwt' | 'client_secret_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth'
  /** For `tls_client_auth`: the certificate's subject as in RFC 4514, and its issuer in PEM. */
  TlsClientAuthSubjectDn?: string
  TlsClientAuthCa?: string
  /** Its tokens are bound to its TLS certificate. */
  CertificateBoundAccessTokens?: boolean
  /** Where it is notified that a user has signed out. */
  BackChannelLogoutUri?: string
  /** A page of the app that signs the browser out. */
  FrontChannelLogoutUri?: string
  /** How it learns that its user has answered a backchannel authentication request; it can make none if absent. */
  BackchannelTokenDeliveryMode?: 'poll' | 'ping'
  /** Where it is pinged. */
  BackchannelClientNotificationEndpoint?: string
  /** userInfo answers it by a token that the pool signs. */
  SignedUserInfo?: boolean
  /** Which tokens it may trade, and for what; none if absent. */
  TokenExchangePolicy?: TokenExchangePolicy
  /** Its public keys: a JWK set, or the URL of one. */
  Jwks?: { keys: Record<string, unknown>[] }
  JwksUri?: string
  /** Where its signed requests may lie: the only values of `request_uri` that are fetched. */
  RequestUris?: string[]
  /** It can begin a sign-in only with a signed request. */
  RequireSignedRequestObject?: boolean
  /** The only algorithm by which its requests may be signed; any supported one if absent. */
  RequestObjectSigningAlg?: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
}

/** The page on which users see and change their own account. On unless the pool switches it off. */
export interface AccountPageSettings {
  Enabled?: boolean
  /** Whether users may delete their account there; true unless the pool says otherwise. */
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
 * Whether a part is on: the client's setting or profile overrides the pool's. Without any setting, a pool behaves like
 * Cognito.
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
