import type { Context } from '../../context.ts'
import { verifyJwt } from '../../lib/jwt.ts'
import { findPool } from '../../pool/pools/pool.ts'
import { findSession, sessionNameOf } from '../../pool/tokens/access-token-store.ts'
import { poolOfIssuer } from '../../pool/tokens/issuer.ts'
import { signingKeys } from '../../pool/tokens/signing-keys.ts'
import { findOperatorsPool } from './operator-store.ts'

/** An operator, proven by an ID token. */
export interface WebIdentity {
  poolId: string
  userId: string
  originJti: string
  audience: string
  issuer: string
}

/** `expired` and `invalid` have errors of their own. Whether the sign-in stands is asked with the role. */
export async function readWebIdentity(ctx: Context, token: string): Promise<WebIdentity | 'expired' | 'invalid'> {
  const operatorsPool = await findOperatorsPool(ctx.db)
  const pool = operatorsPool === undefined ? undefined : await findPool(ctx, operatorsPool)
  if (!pool) return 'invalid'
  const keys = await signingKeys(ctx, pool)
  const verified = await verifyJwt(token, (kid, { iss }) =>
    typeof iss === 'string' && poolOfIssuer(ctx, iss) === pool.id ? keys.all.get(kid)?.publicKey : undefined,
  )
  if ('refused' in verified) return 'invalid'
  const { token_use, sub, aud, exp, iss, event_id, origin_jti } = verified.payload
  if (token_use !== 'id' || ![sub, aud, iss, event_id].every((claim) => typeof claim === 'string')) return 'invalid'
  if (typeof exp !== 'number') return 'invalid'
  if (exp * 1000 <= ctx.clock.now().getTime()) return 'expired'
  const claims = { sub: sub as string, event_id: event_id as string }
  const found = await findSession(
    ctx.db,
    sessionNameOf(pool.id, typeof origin_jti === 'string' ? { ...claims, origin_jti } : claims),
  )
  if (!found?.user || !found.session) return 'invalid'
  return {
    poolId: pool.id,
    userId: sub as string,
    originJti: found.session.originJti,
    audience: aud as string,
    issuer: iss as string,
  }
}
