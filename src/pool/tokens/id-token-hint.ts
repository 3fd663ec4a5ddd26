import type { Context } from '../../context.ts'
import { verifyJwt } from '../../lib/jwt.ts'
import type { Pool } from '../pools/pool.ts'
import { poolOfIssuer } from './issuer.ts'
import { signingKeys } from './signing-keys.ts'

export interface IdTokenHint {
  sub: string
  /** The client that it was issued to. */
  aud: string
  originJti: string | undefined
}

/** The user and client of an ID token of this pool. It may have expired: apps keep theirs until the user signs out. */
export async function readIdTokenHint(ctx: Context, pool: Pool, token: string): Promise<IdTokenHint | undefined> {
  const { all } = await signingKeys(ctx, pool)
  const verified = await verifyJwt(token, (kid) => all.get(kid)?.publicKey)
  if ('refused' in verified) return undefined
  const { token_use, iss, sub, aud, origin_jti } = verified.payload
  if (token_use !== 'id' || typeof iss !== 'string' || poolOfIssuer(ctx, iss) !== pool.id) return undefined
  if (typeof sub !== 'string' || typeof aud !== 'string') return undefined
  return { sub, aud, originJti: typeof origin_jti === 'string' ? origin_jti : undefined }
}
