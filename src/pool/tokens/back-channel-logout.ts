import type { Context } from '../../context.ts'
import { signJwt } from '../../lib/jwt.ts'
import type { Client } from '../clients/client.ts'
import { publicClientId } from '../clients/client-document.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const lifetime = 120

/** What tells an app that a user has signed out (OpenID Connect Back-Channel Logout). */
export async function logoutToken(
  ctx: Context,
  pool: Pool,
  { userId, sid, client, jti }: { userId: string; sid?: string; client: Client; jti: string },
): Promise<string> {
  const { id } = await signingKeys(ctx, pool)
  const iat = Math.floor(ctx.clock.now().getTime() / 1000)
  const claims = {
    iss: poolIssuer(ctx, pool),
    aud: publicClientId(client),
    sub: userId,
    sid,
    iat,
    exp: iat + lifetime,
    jti,
    events: { [event]: {} },
  }
  return signJwt(id.kid, claims, id.privateKey, { alg: signingAlgorithm(pool), typ: 'logout+jwt' })
}
