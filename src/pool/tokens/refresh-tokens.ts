import type { Context } from '../../context.ts'
import { InvalidRefreshToken, NotAuthorized, RefreshTokenReuse, UserDisabled } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { hasKeysAlone } from '../clients/client-document.ts'
import { mustBind } from '../clients/fapi2.ts'
import { observeResult } from '../clients/observe-result.ts'
import { confirmOwner, type MaybeOwned } from '../clients/owner.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { noteSession } from '../sessions/track-session.ts'
import type { Confirmation } from './confirmation.ts'
import { type MadeTokens, makeTokens } from './make-tokens.ts'
import { newRefreshToken, refreshTokenHash } from './refresh-token.ts'
import { addRefreshToken, findRefreshToken, type StoredRefreshToken } from './refresh-token-store.ts'
import { endedBySignOut } from './require-access-token.ts'
import { revokeFamily } from './revocation-store.ts'
import { rotate } from './rotate.ts'

export interface RefreshTokensInput {
  pool: Pool
  client: Client
  refreshToken: string
  deviceKey?: string
  surface: 'api' | 'oauth'
  /** The key that the caller has proven to have. */
  confirmation?: Confirmation
  /** The caller has authenticated by a key, so that it may bind its tokens to another one than before. */
  mayRebind?: boolean
  /** Throws unless the caller is the client. It gets the username for a SECRET_HASH, which only the token knows. */
  authenticate?: (username: string | undefined) => unknown
  /** The trigger's source. */
  source?: string
  clientMetadata?: Record<string, string>
}

export interface RefreshedTokens extends MadeTokens {
  /** Only where the client's refresh tokens rotate. */
  refreshToken?: string
  originJti: string
  /** The tokens are bound to a key. */
  isBound: boolean
}

/**
 * New tokens that say of the sign-in what the first ones said, and of the user what is true now.
 *
 *   unused ──use──▶ rotated ──retry within the grace period──▶ another token of the same generation
 *                      └──use after it──▶ reuse: the whole session ends
 *
 * @throws NotAuthorizedException, RefreshTokenReuseException
 */
export function refreshTokens(ctx: MaybeOwned, input: RefreshTokensInput): Promise<RefreshedTokens> {
  return observeResult(
    () => refresh(ctx, input),
    (result) => ctx.observe('tokenRefresh', { poolId: input.pool.id, clientId: input.client.id, result }),
  )
}

async function refresh(ctx: MaybeOwned, input: RefreshTokensInput): Promise<RefreshedTokens> {
  const { pool, client } = input
  const current = refreshTokenHash(ctx, pool.id, input.refreshToken)
  const { owner, token: found } = await findRefreshToken(ctx.db, client, current)
  confirmOwner(ctx, owner)
  input.authenticate?.(found?.user.username)
  const now = ctx.clock.now()
  const usable = await requireUsable(ctx, input, found, now)
  const { user, groups } = usable
  const family = { ...usable.family, confirmation: input.confirmation ?? null }

  const issuer = poolIssuer(ctx, pool)
  const { source = 'TokenGeneration_RefreshTokens', clientMetadata } = input
  const occasion = { source, clientMetadata }
  const made = await makeTokens(ctx, { issuer, pool, client, user, groups, family, now }, occasion)
  const tokens = { ...made, originJti: family.originJti, isBound: family.confirmation !== null }
  const rotation = client.settings.RefreshTokenRotation
  if (rotation?.Feature !== 'ENABLED') {
    await noteSession(ctx, pool, family.originJti)
    return tokens
  }

  const refreshToken = newRefreshToken()
  const next = refreshTokenHash(ctx, pool.id, refreshToken)
  const graceUntil = new Date(now.getTime() + (rotation.RetryGracePeriodSeconds ?? 0) * 1000)
  const rotated = found!.rotatedAt
    ? await addRefreshToken(ctx.db, pool.id, family, next, now)
    : await rotate(ctx, { poolId: pool.id, originJti: family.originJti, current, next, now, graceUntil })
  // Another request came first, or ended the session: decide again by what is stored now.
  if (!rotated) return refresh(ctx, input)
  await noteSession(ctx, pool, family.originJti)
  return { ...tokens, refreshToken }
}

/** A valid refresh token of the client, for callers that only read it: nothing is used or changed. */
export async function findUsableRefreshToken(
  ctx: Context,
  pool: Pool,
  client: Client,
  refreshToken: string,
): Promise<StoredRefreshToken | undefined> {
  const { token } = await findRefreshToken(ctx.db, client, refreshTokenHash(ctx, pool.id, refreshToken))
  const now = ctx.clock.now()
  if (token?.family.clientId !== client.id || !token.user.enabled || token.revokedAt || token.rotatedAt)
    return undefined
  return token.family.expiresAt <= now || endedBySignOut(token.family.createdAt, token.user) ? undefined : token
}

async function requireUsable(
  ctx: Context,
  { pool, client, deviceKey, surface, confirmation, mayRebind }: RefreshTokensInput,
  found: StoredRefreshToken | undefined,
  now: Date,
): Promise<StoredRefreshToken> {
  if (!found || found.family.clientId !== client.id) throw new InvalidRefreshToken()
  const { family, user } = found
  if (!user.enabled) throw new UserDisabled()
  if (found.revokedAt || endedBySignOut(family.createdAt, user)) {
    throw new NotAuthorized('Refresh Token has been revoked', { reason: 'token-revoked' })
  }
  if (family.expiresAt <= now) throw new NotAuthorized('Refresh Token has expired', { reason: 'token-expired' })
  if (found.rotatedAt && found.usableUntil <= now) {
    await revokeFamily(ctx.db, pool.id, family.originJti, now)
    throw new RefreshTokenReuse()
  }
  if (!isSameKey(family.confirmation, confirmation, mayRebind) || mustProveMore(pool, client, surface, confirmation))
    throw new InvalidRefreshToken()
  // Only its own device can refresh the session of a tracked device, and the token endpoint has no parameter for one.
  if (family.deviceKey && (surface === 'oauth' || deviceKey !== family.deviceKey)) {
    throw new InvalidRefreshToken()
  }
  return found
}

/** The JSON API takes no signature of a client. */
const mustProveMore = (
  pool: Pool,
  client: Client,
  surface: RefreshTokensInput['surface'],
  confirmation: RefreshTokensInput['confirmation'],
): boolean => (!confirmation && mustBind(pool, client)) || (surface === 'api' && hasKeysAlone(client))

/** A bound token stays bound, whichever key it is bound to. */
function isSameKey(of: Confirmation | null, proven: Confirmation | undefined, mayRebind = false): boolean {
  if (mayRebind && of && proven) return true
  return of?.jkt === proven?.jkt && of?.['x5t#S256'] === proven?.['x5t#S256']
}
