import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { signJwt } from '../../lib/jwt.ts'
import type { Client } from '../clients/client.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { clientTokenClaims } from './claims.ts'
import { signingKeys } from './signing-keys.ts'

/** An access token of the client itself: no user, no session, nothing to refresh. */
export async function issueClientToken(
  ctx: Context,
  { pool, client, scopes }: { pool: Pool; client: Client; scopes: string[] },
): Promise<{ accessToken: string; expiresIn: number }> {
  const { access } = await signingKeys(ctx, pool)
  const claims = clientTokenClaims(poolIssuer(ctx, pool.id), client, scopes, ctx.clock.now(), uuidv4())
  return { accessToken: await signJwt(access.kid, claims, access.privateKey), expiresIn: claims.exp - claims.iat }
}
