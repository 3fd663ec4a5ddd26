import type { Context } from '../../context.ts'
import { signJwt } from '../../lib/jwt.ts'
import type { Client } from '../clients/client.ts'
import { publicClientId } from '../clients/client-document.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

/** For the browser's way to the app, and no longer: a code lives as long at most. */
const lifetime = 300

/** An answer of the authorization endpoint as a token (JARM), for its app alone. */
export async function signedAnswer(ctx: Context, pool: Pool, client: Client, answer: object): Promise<string> {
  const { id } = await signingKeys(ctx, pool)
  const exp = Math.floor(ctx.clock.now().getTime() / 1000) + lifetime
  const claims = { ...answer, iss: poolIssuer(ctx, pool), aud: publicClientId(client), exp }
  return signJwt(id.kid, claims, id.privateKey, { alg: signingAlgorithm(pool) })
}
