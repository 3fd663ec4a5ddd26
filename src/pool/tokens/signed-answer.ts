import type { Context } from '../../context.ts'
import { signJwt } from '../../lib/jwt.ts'
import type { Client } from '../clients/client.ts'
import { publicClientId } from '../clients/client-document.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

/** Only has to last for the redirect to the app: a code lives no longer. */
const lifetime = 300

/** An answer of the authorization endpoint as a token (JARM), for its app alone. */
export async function signedAnswer(ctx: Context, pool: Pool, client: Client, answer: object): Promise<string> {
  const { id } = await signingKeys(ctx, pool)
  const exp = Math.floor(ctx.clock.now().getTime() / 1000) + lifetime
  const claims = { ...answer, iss: poolIssuer(ctx, pool), aud: publicClientId(client), exp }
  return signJwt(id.kid, claims, id.privateKey, { alg: signingAlgorithm(pool) })
}

/** What userInfo answers as a token (OpenID Connect Core, 5.3.2). Nothing else here takes it. */
export async function signedUserInfo(ctx: Context, pool: Pool, client: Client, info: object): Promise<string> {
  const { id } = await signingKeys(ctx, pool)
  const iat = Math.floor(ctx.clock.now().getTime() / 1000)
  const claims = { ...info, iss: poolIssuer(ctx, pool), aud: publicClientId(client), iat }
  return signJwt(id.kid, claims, id.privateKey, { alg: signingAlgorithm(pool) })
}
