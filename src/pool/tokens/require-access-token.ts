import { hash } from 'node:crypto'
import type { Context, RequestContext } from '../../context.ts'
import { verifyJwt } from '../../lib/jwt.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import {
  InvalidAccessToken,
  NotAuthorized,
  type RefusalFacts,
  type ServiceError,
  UserDisabled,
  UserNotFound,
} from '../../model/errors.ts'
import { type Client, clientAt } from '../clients/client.ts'
import { findPool, type Pool, poolAt } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { type StoredSession, sessionNameOf } from './access-token-store.ts'
import type { AccessTokenClaims } from './claims.ts'
import { currentSession } from './current-session.ts'
import { poolOfIssuer } from './issuer.ts'
import type { RequestedClaims } from './requested-claims.ts'
import { knownSigningKeys, signingKeys } from './signing-keys.ts'
import { selfServiceScope } from './token-family.ts'

export interface AccessTokenOptions {
  /** What the token must allow; the self-service operations' own scope unless said otherwise. */
  scope?: string
  /** For operations that don't declare UserNotFoundException: the error to throw instead. */
  missingUser?: new (
    message: string,
    facts: RefusalFacts,
  ) => ServiceError
}

export interface Bearer {
  pool: Pool
  client: Client
  user: User
  claims: AccessTokenClaims
  /** The second factors that the user has turned on. */
  mfa: StoredSession['mfa']
  /** The session that the token belongs to, even where the token itself does not name it. */
  originJti: string
  /** The claims that the app requested when the session began. */
  requested: RequestedClaims | null
}

/** For `bearer` of a request, so that later steps need not read it again. */
export type KnownBearer = Bearer & { token: string }

/** A token whose signature has been verified once. */
interface VerifiedAccessToken {
  poolId: string
  kid: string
  claims: AccessTokenClaims
}

/** By digest. Whether a token may be used is still read from the database each time. */
const verifiedTokens = remembered(() => new Lru<string, VerifiedAccessToken>(5000, 'verified-tokens'))

/**
 * Checks signature, expiry and scope of the token; then one statement reads whether its session, user and client are
 * still there. @throws NotAuthorizedException, or UserNotFoundException where the user was deleted
 */
export async function requireAccessToken(
  ctx: Context & Pick<RequestContext, 'bearer' | 'confirms'>,
  token: string | undefined,
  { scope = selfServiceScope, missingUser = UserNotFound }: AccessTokenOptions = {},
): Promise<Bearer> {
  const known = ctx.bearer as KnownBearer | undefined
  if (known && known.token === token && scope === selfServiceScope) return known
  const { poolId, kid, claims } = await verifiedClaims(ctx, token ?? '')
  const now = ctx.clock.now()
  if (claims.exp * 1000 <= now.getTime())
    throw new NotAuthorized('Access Token has expired', { reason: 'token-expired' })
  if (!claims.scope.split(' ').includes(scope))
    throw new NotAuthorized('Access Token does not have required scopes', { reason: 'token-scope' })
  // A client's own token names no user.
  if (!claims.username || !claims.event_id) throw new InvalidAccessToken()
  await requireConfirmed(ctx, poolId, claims, token!)

  ctx.countUser?.(claims.sub)
  const found = await currentSession(ctx, sessionNameOf(poolId, claims))
  const pool = found && (await poolAt(ctx, poolId, found.poolRevision))
  // The key may have been withdrawn since this node last read the pool's keys.
  if (!pool || !(await signingKeys(ctx, pool)).all.has(kid)) throw new NotAuthorized(unverified)
  const { user, session } = found
  if (!user) throw new missingUser('User does not exist.', { reason: 'user-not-found' })
  if (!user.enabled) throw new UserDisabled()
  const client = session && (await clientAt(ctx, poolId, session.clientId, session.clientRevision))
  if (!client || session.revokedAt || endedBySignOut(session.createdAt, user)) {
    throw new NotAuthorized('Access Token has been revoked', { reason: 'token-revoked' })
  }
  const { originJti, claims: requested } = session
  return { pool, client, user, claims, mfa: found.mfa, originJti, requested }
}

/**
 * A token that is bound to a key is valid only with a proof of that key, so that a stolen token is worthless (RFC
 * 9449). @throws NotAuthorizedException
 */
export async function requireConfirmed(
  ctx: Context & Pick<RequestContext, 'confirms'>,
  poolId: string,
  { cnf }: Pick<AccessTokenClaims, 'cnf'>,
  token: string,
): Promise<void> {
  if (cnf && !(await ctx.confirms?.(cnf, { poolId, token })))
    throw new NotAuthorized('Access Token is bound to a key that was not proven', { reason: 'token-invalid' })
}

/**
 * A session that began before the user was signed out everywhere. Its beginning counts, not `auth_time`: a browser's
 * login session outlives a global sign-out, and sessions that come of it afterwards are valid.
 */
export function endedBySignOut(beganAt: Date, user: User): boolean {
  return user.tokensValidFrom !== null && beganAt <= user.tokensValidFrom
}

const unverified = 'Could not verify signature for Access Token'

/**
 * The same token comes many times, so a node remembers the verified ones by their SHA-256: that the signature was
 * right, never that the token may be used.
 */
export async function verifiedClaims(ctx: Context, token: string): Promise<VerifiedAccessToken> {
  const digest = hash('sha256', token, 'base64')
  const known = verifiedTokens(ctx).get(digest)
  if (known) return known

  let signedBy: { poolId: string; kid: string } | undefined
  const verified = await verifyJwt(token, async (kid, { iss }) => {
    const poolId = typeof iss === 'string' ? poolOfIssuer(ctx, iss) : undefined
    const key = poolId && (await findKey(ctx, poolId, kid))
    if (!key) return undefined
    signedBy = { poolId, kid }
    return key
  })
  if ('refused' in verified || !signedBy) {
    throw new NotAuthorized(
      'refused' in verified && verified.refused === 'malformed' ? 'Invalid Access Token' : unverified,
    )
  }
  if (!isAccessToken(verified.payload)) throw new InvalidAccessToken()
  const entry = { ...signedBy, claims: verified.payload }
  verifiedTokens(ctx).set(digest, entry)
  return entry
}

/**
 * First among the keys that this node remembers. Whether the key is still valid is checked once the pool's revision is
 * known.
 */
async function findKey(ctx: Context, poolId: string, kid: string) {
  const cached = knownSigningKeys(ctx, poolId)?.all.get(kid)
  if (cached) return cached.publicKey
  const pool = await findPool(ctx, poolId)
  return pool && (await signingKeys(ctx, pool)).all.get(kid)?.publicKey
}

// The pool's keys sign other tokens too: this tells ID tokens from access tokens.
function isAccessToken(payload: Record<string, unknown>): payload is Record<string, unknown> & AccessTokenClaims {
  const { token_use, sub, exp, scope } = payload
  return token_use === 'access' && typeof sub === 'string' && typeof exp === 'number' && typeof scope === 'string'
}
