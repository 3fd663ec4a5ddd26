import type { Context } from '../../context.ts'
import { findPool, poolIssuer } from '../../pool/pools/pool.ts'
import { poolsHere, quoted } from './hint.ts'

/**
 * What is wrong with an access token, read without verifying it. Only the token as a whole is secret, not its claims.
 */
export async function tokenHint(ctx: Context, token: unknown, scope: string): Promise<string | undefined> {
  const claims = claimsIn(token)
  if (!claims) return 'That is no JWT: the AccessToken of an authentication result is wanted.'
  const { token_use, iss, exp, scope: scopes } = claims
  if (token_use !== 'access') return `An access token is wanted; this is one with token_use ${quoted(token_use)}.`
  const poolId = /^[\w-]{1,55}$/.exec(String(iss).split('/').findLast(Boolean) ?? '')?.[0]
  const pool = poolId === undefined ? undefined : await findPool(ctx, poolId)
  if (!pool) return `The token is of ${quoted(iss)}, which is no pool of this server. ${await poolsHere(ctx)}`
  if (poolIssuer(ctx, pool) !== iss)
    return `The token is of ${quoted(iss)}; pool ${pool.id} issues tokens as ${poolIssuer(ctx, pool)}.`
  const now = ctx.clock.now()
  if (typeof exp === 'number' && exp * 1000 <= now.getTime())
    return `The token has expired at ${new Date(exp * 1000).toISOString()}; it is ${now.toISOString()} now. Refresh it.`
  if (typeof scopes !== 'string' || !scopes.split(' ').includes(scope))
    return `The token has the scopes "${quoted(scopes)}", and ${scope} is wanted: the app has to ask for it.`
  return 'The token was revoked, or its user or client is gone, signed out or disabled.'
}

/** The claims of a JWT, unverified. */
export function claimsIn(token: unknown): Record<string, unknown> | undefined {
  const payload = typeof token === 'string' ? token.split('.')[1] : undefined
  try {
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? claims : undefined
  } catch {
    return undefined
  }
}
