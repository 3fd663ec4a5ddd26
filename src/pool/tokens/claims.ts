import { isOn } from '../../model/extensions.ts'
import type { Client } from '../clients/client.ts'
import { publicClientId } from '../clients/client-document.ts'
import { readableAttributes, tokenLifetimes } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { attributeClaims, visibleAttributes } from './attribute-claims.ts'
import type { Confirmation } from './confirmation.ts'
import type { Actor } from './exchange-token.ts'
import { acrLevel, acrName, authenticationMethods } from './proven.ts'
import { standardClaims } from './standard-claims.ts'
import type { TokenFamily } from './token-family.ts'

export interface Group {
  name: string
  precedence: number | null
  roleArn: string | null
}

/** Everything that goes into a user's tokens, read at one moment. */
export interface TokenFacts {
  issuer: string
  pool: Pool
  client: Client
  user: User
  /** Best precedence first. */
  groups: Group[]
  family: TokenFamily
  now: Date
}

export interface AccessTokenClaims {
  sub: string
  iss: string
  client_id: string
  token_use: 'access'
  scope: string
  /** Only where the app has bound its tokens to a resource. */
  aud?: string
  exp: number
  iat: number
  jti: string
  username: string
  auth_time: number
  event_id: string
  origin_jti?: string
  device_key?: string
  version?: 2
  'cognito:groups'?: string[]
  acr?: string
  amr?: string[]
  cnf?: Confirmation
  /** Who acts for the user. */
  act?: Actor
}

/** Undefined members are left out by the JSON of the token. */
export function accessTokenClaims(facts: TokenFacts, jti: string): AccessTokenClaims {
  const { issuer, client, user, family, now } = facts
  const oauth = family.surface === 'oauth'
  const named = isOn('JwtAccessTokens', facts.pool, client) ? issuer : undefined
  return {
    sub: user.id,
    'cognito:groups': groupNames(facts.groups),
    iss: issuer,
    version: oauth ? 2 : undefined,
    client_id: publicClientId(client),
    aud: family.resource ?? named,
    origin_jti: namesSession(client) ? family.originJti : undefined,
    device_key: oauth ? undefined : (family.deviceKey ?? undefined),
    event_id: family.eventId,
    token_use: 'access',
    scope: family.scope,
    auth_time: seconds(family.authTime),
    ...assurance(facts),
    cnf: family.confirmation ?? undefined,
    exp: seconds(now) + tokenLifetimes(client).access,
    iat: seconds(now),
    jti,
    username: user.username,
  }
}

/** The type in the header of an access token, where it has one (RFC 9068). */
export const accessTokenType = (pool: Pool, client: Client): string | undefined =>
  isOn('JwtAccessTokens', pool, client) ? 'at+jwt' : undefined

/** What binds an ID token to the code and token issued with it, at the OAuth endpoints. */
export interface TokenHashes {
  at_hash?: string
  c_hash?: string
}

export function idTokenClaims(facts: TokenFacts, jti: string, hashes: TokenHashes = {}): Record<string, unknown> {
  const { issuer, client, user, family, now } = facts
  const scopes = family.surface === 'oauth' ? family.scope.split(' ') : undefined
  const named = namesSession(client)
  return {
    // First, so that no attribute can override the service's own claims.
    ...userClaims(facts, scopes),
    ...hashes,
    sub: user.id,
    ...groupClaims(facts.groups),
    iss: issuer,
    'cognito:username': user.username,
    nonce: family.nonce ?? undefined,
    origin_jti: named ? family.originJti : undefined,
    aud: publicClientId(client),
    event_id: family.eventId,
    sid: sessionNamed(facts),
    token_use: 'id',
    auth_time: seconds(family.authTime),
    ...assurance(facts),
    exp: seconds(now) + tokenLifetimes(client).id,
    iat: seconds(now),
    jti: named ? jti : undefined,
  }
}

/** Apps that are notified of logouts need the session's id. */
function sessionNamed({ pool, client, family }: TokenFacts): string | undefined {
  const hasLogoutNotices = isOn('BackChannelLogout', pool, client) || isOn('FrontChannelLogout', pool, client)
  return hasLogoutNotices ? (family.originSessionId ?? undefined) : undefined
}

function userClaims({ pool, client, user, family }: TokenFacts, scopes: string[] | undefined): Record<string, unknown> {
  const readable = readableAttributes(pool, client)
  if (scopes && isOn('OpenIdClaims', pool, client))
    return standardClaims(user.attributes, readable, scopes, family.claims?.id_token)
  return attributeClaims(visibleAttributes(user.attributes, readable, scopes))
}

export interface ClientTokenFacts {
  issuer: string
  client: Client
  scopes: string[]
  /** None with Cognito. */
  audience?: string
  confirmation?: Confirmation
}

/** A client's own token: nobody signed in, so there is no session to name. */
export function clientTokenClaims(
  { issuer, client, scopes, audience, confirmation }: ClientTokenFacts,
  now: Date,
  jti: string,
) {
  return {
    sub: publicClientId(client),
    aud: audience,
    cnf: confirmation,
    token_use: 'access',
    scope: scopes.join(' '),
    auth_time: seconds(now),
    iss: issuer,
    exp: seconds(now) + tokenLifetimes(client).access,
    iat: seconds(now),
    version: 2,
    jti,
    client_id: publicClientId(client),
  }
}

/** Tokens carry the id of their session where the client can end one: with revocation, or with rotation. */
function namesSession(client: Client): boolean {
  return client.settings.EnableTokenRevocation !== false || client.settings.RefreshTokenRotation?.Feature === 'ENABLED'
}

const groupNames = (groups: Group[]): string[] | undefined =>
  groups.length > 0 ? groups.map((group) => group.name) : undefined

function groupClaims(groups: Group[]) {
  const roles = groupRoles(groups)
  return {
    'cognito:groups': groupNames(groups),
    'cognito:roles': roles.length > 0 ? roles : undefined,
    'cognito:preferred_role': preferredRole(groups),
  }
}

export const groupRoles = (groups: Group[]): string[] => [...new Set(groups.flatMap((group) => group.roleArn ?? []))]

/** The role of the best precedence; where groups of that precedence disagree there is none. */
export function preferredRole(groups: Group[]): string | undefined {
  const withRole = groups.filter((group) => group.roleArn)
  const best = Math.min(...withRole.map((group) => group.precedence ?? Number.POSITIVE_INFINITY))
  const roles = new Set(
    withRole.filter((group) => (group.precedence ?? Number.POSITIVE_INFINITY) === best).map((group) => group.roleArn!),
  )
  return roles.size === 1 ? [...roles][0] : undefined
}

// The level of authentication is part of the paid tiers.
function assurance({ pool, family }: TokenFacts): { acr?: string; amr?: string[] } {
  if (pool.settings.UserPoolTier === 'LITE') return {}
  const amr = authenticationMethods(family.proven)
  return { acr: acrName(pool, acrLevel(family.proven)), amr: amr.length > 0 ? amr : undefined }
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)
