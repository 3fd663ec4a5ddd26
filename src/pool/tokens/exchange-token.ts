import type { Context } from '../../context.ts'
import { uuidv4 } from '../../lib/ids.ts'
import { signJwt } from '../../lib/jwt.ts'
import type { Client } from '../clients/client.ts'
import { publicClientId } from '../clients/client-document.ts'
import { tokenLifetimes } from '../clients/client-rules.ts'
import { type Pool, poolIssuer } from '../pools/pool.ts'
import { type AccessTokenClaims, accessTokenType } from './claims.ts'
import type { Confirmation } from './confirmation.ts'
import { signingAlgorithm, signingKeys } from './signing-keys.ts'

/** The actors: the client that acts for the user, and those that passed it the token. */
export interface Actor {
  sub: string
  act?: Actor
}

export interface Exchange {
  pool: Pool
  /** The client that exchanges the token. */
  client: Client
  subject: AccessTokenClaims
  audience: string
  scopes: string[]
  /** Absent for impersonation. */
  actor?: Actor
  confirmation?: Confirmation
}

/**
 * A token of the same user and session, for another audience. It ends with the session, and no later than the token
 * that it was exchanged for.
 */
export async function exchangeToken(
  ctx: Context,
  { pool, client, subject, audience, scopes, actor, confirmation }: Exchange,
): Promise<{ accessToken: string; expiresIn: number }> {
  const now = Math.floor(ctx.clock.now().getTime() / 1000)
  const { sub, username, event_id, origin_jti, auth_time, acr, amr } = subject
  const claims = {
    sub,
    iss: poolIssuer(ctx, pool),
    version: 2,
    client_id: publicClientId(client),
    aud: audience,
    origin_jti,
    event_id,
    token_use: 'access',
    scope: scopes.join(' '),
    auth_time,
    acr,
    amr,
    act: actor,
    cnf: confirmation,
    exp: Math.min(subject.exp, now + tokenLifetimes(client).access),
    iat: now,
    jti: uuidv4(),
    username,
    'cognito:groups': subject['cognito:groups'],
  }
  const { access } = await signingKeys(ctx, pool)
  const typ = accessTokenType(pool, client)
  const accessToken = await signJwt(access.kid, claims, access.privateKey, { alg: signingAlgorithm(pool), typ })
  return { accessToken, expiresIn: claims.exp - now }
}
