import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { signJwt } from '../../lib/jwt.ts'
import type { Client } from '../clients/client.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { preClientTokenGeneration } from '../triggers/pre-token-generation.ts'
import { accessTokenType, clientTokenClaims } from './claims.ts'
import { type Confirmation, requireBound } from './confirmation.ts'
import { overrideAccessClaims } from './override-claims.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

export interface ClientTokenInput {
  pool: Pool
  client: Client
  scopes: string[]
  /** The key that the token is bound to. */
  confirmation?: Confirmation
  clientMetadata?: Record<string, string>
}

/**
 * An access token of the client itself: no user, no session, nothing to refresh.
 * @throws NotAuthorizedException, or what the pre token generation trigger does
 */
export async function issueClientToken(
  ctx: Context,
  { pool, client, scopes, confirmation, clientMetadata }: ClientTokenInput,
): Promise<{ accessToken: string; expiresIn: number }> {
  requireBound(pool, client, confirmation)
  const changes = await preClientTokenGeneration(ctx, { pool, client, scopes, clientMetadata })
  const { access } = await signingKeys(ctx, pool)
  const issuer = poolIssuer(ctx, pool)
  const typ = accessTokenType(pool, client)
  const audience = typ && issuer
  const plain = clientTokenClaims({ issuer, client, scopes, audience, confirmation }, ctx.clock.now(), uuidv4())
  const claims = changes ? overrideAccessClaims(plain, changes) : plain
  const accessToken = await signJwt(access.kid, claims, access.privateKey, { alg: signingAlgorithm(pool), typ })
  return { accessToken, expiresIn: claims.exp - claims.iat }
}
