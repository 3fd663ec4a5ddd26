import type { Context, RequestContext } from '../../context.ts'
import { InvalidAccessToken, NotAuthorized } from '../../model/errors.ts'
import { type Client, findClient } from '../clients/client.ts'
import { documentClientId, isDocumentUrl } from '../clients/client-document.ts'
import type { Pool } from '../pools/pool.ts'
import type { AccessTokenClaims } from './claims.ts'
import { requireAccessToken, requireConfirmed, verifiedClaims } from './require-access-token.ts'
import { signingKeys } from './signing-keys.ts'

export interface PoolToken {
  pool: Pool
  /** The client itself, unless the token is a user's. */
  client?: Client
  scopes: string[]
  claims: AccessTokenClaims
}

/** An access token of the pool, of a user or of a client for itself, and what it allows. @throws NotAuthorizedException */
export async function requirePoolToken(
  ctx: Context & Pick<RequestContext, 'confirms'>,
  token: string,
): Promise<PoolToken> {
  const { poolId, kid, claims } = await verifiedClaims(ctx, token)
  const scopes = claims.scope.split(' ')
  if (claims.username) {
    const { pool } = await requireAccessToken(ctx, token, { scope: scopes[0], missingUser: NotAuthorized })
    return { pool, scopes, claims }
  }
  if (claims.exp * 1000 <= ctx.clock.now().getTime())
    throw new NotAuthorized('Access Token has expired', { reason: 'token-expired' })
  await requireConfirmed(ctx, poolId, claims, token)
  const { client_id } = claims
  const id = isDocumentUrl(client_id) ? documentClientId(poolId, client_id) : client_id
  const found = typeof id === 'string' ? await findClient(ctx, id) : undefined
  // The client may be deleted, or the key withdrawn.
  if (found?.pool.id !== poolId || !(await signingKeys(ctx, found.pool)).all.has(kid)) throw new InvalidAccessToken()
  return { pool: found.pool, client: found.client, scopes, claims }
}
