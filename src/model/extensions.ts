/**
 * What is switched on beyond Cognito, for a pool and for single clients of it: documents of our own API, which no member
 * of Cognito's operations shows or changes.
 */

/** `cognito` is what the service does; `standard` switches on what a conformant OpenID provider needs. */
export type StandardsProfile = 'cognito' | 'standard'

/** What can be switched alone, and whether the profile `standard` has it. */
export const standardsParts = {
  /** `iss` beside every answer of the authorization endpoint (RFC 9207). */
  IssuerParameter: { standard: true },
  /** Claims by scope and by the `claims` parameter, in JSON's types. */
  OpenIdClaims: { standard: true },
  /** The authorization endpoint as OpenID Connect has it. */
  OpenIdRequests: { standard: true },
  /** `id_token` and the hybrid types, and answers by form_post. */
  ResponseTypes: { standard: true },
  /** Requests that an app pushes to the server, so that no browser can change them (RFC 9126). */
  PushedAuthorizationRequests: { standard: true },
  /** What a token is worth, for the apps of the pool that have a secret (RFC 7662). */
  Introspection: { standard: true },
  /** Tokens that are bound to a key of the app (RFC 9449). */
  DPoP: { standard: true },
  /** Clients that authenticate by signing (RFC 7523). */
  ClientAssertions: { standard: true },
  /** Access tokens by RFC 9068, with a type and an audience. */
  JwtAccessTokens: { standard: false },
  /** Apps that end the session send the browser to `/logout` as OpenID Connect has it. */
  RpInitiatedLogout: { standard: true },
  /** Apps are told that their users have signed out, server to server. */
  BackChannelLogout: { standard: true },
  /** Apps are told in the browser. */
  FrontChannelLogout: { standard: true },
  /** Devices without a browser: their user types a code elsewhere (RFC 8628). */
  DeviceAuthorization: { standard: false },
  /** Requests that an app has signed (RFC 9101). */
  RequestObjects: { standard: false },
  /** An API that calls another in a user's name trades the token that it was shown (RFC 8693). */
  TokenExchange: { standard: false },
  /** Errors and statuses of the token endpoint as OAuth has them. */
  OAuthErrors: { standard: true },
  /** Metadata of an authorization server (RFC 8414), beside OpenID Connect's. A client has no say in it. */
  ServerMetadata: { standard: true },
} as const

export type StandardsPart = keyof typeof standardsParts

/** What is about the pool alone. */
type PoolPart = 'Introspection' | 'OAuthErrors' | 'RpInitiatedLogout' | 'ServerMetadata'

export type PoolStandards = { Profile?: StandardsProfile } & { [Part in StandardsPart]?: boolean }
export interface TokenExchangePolicy {
  /** The `aud` of tokens that it may trade: what it is itself. */
  SubjectAudiences: string[]
  /** What it may have tokens for. */
  TargetAudiences: string[]
  /** Its tokens don't tell that it acts for the user. */
  Impersonation?: boolean
}

export interface ClientStandards extends Omit<PoolStandards, PoolPart> {
  /** It can't begin a sign-in in any other way. */
  RequirePushedAuthorizationRequests?: boolean
  /** It gets no tokens but bound ones. */
  RequireDPoP?: boolean
  /** By its secret or by nothing, as with Cognito, unless it says so. */
  TokenEndpointAuthMethod?: 'private_key_jwt' | 'client_secret_jwt'
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
  return alone ?? (Profile && Profile === 'standard' && standardsParts[part].standard)
}
