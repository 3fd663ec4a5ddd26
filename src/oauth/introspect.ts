import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { ServiceError } from '../model/errors.ts'
import type { Client } from '../pool/clients/client.ts'
import { publicClientId } from '../pool/clients/client-document.ts'
import { type Pool, poolIssuer } from '../pool/pools/pool.ts'
import { looksSigned } from '../pool/tokens/refresh-token.ts'
import { findUsableRefreshToken } from '../pool/tokens/refresh-tokens.ts'
import { requirePoolToken } from '../pool/tokens/require-pool-token.ts'
import { answerRefusal } from './answer-refusal.ts'
import { authenticateClient, type CalledAt } from './client-authentication.ts'
import { readForm } from './form.ts'
import { OAuthError } from './oauth-error.ts'

const maxLength = 16 * 1024

/**
 * POST /oauth2/introspect (RFC 7662), for apps and APIs that authenticate. Any client of the pool may introspect an
 * access token; a refresh token only the client that it was issued to. A token that is not valid is `active: false`,
 * whatever the reason.
 */
export async function introspect(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  try {
    const form = await readForm(koa)
    const { pool, client, isPublic } = await authenticateClient(ctx, koa, at, form)
    if (isPublic) throw new OAuthError('invalid_client')
    const token = form.get('token')
    if (!token) throw new OAuthError('invalid_request')
    const facts = token.length > maxLength ? undefined : await factsOf(ctx, pool, client, token)
    koa.status = 200
    koa.type = 'application/json;charset=UTF-8'
    koa.body = JSON.stringify(facts ? { active: true, ...facts } : { active: false })
  } catch (thrown) {
    if (!(thrown instanceof OAuthError)) throw thrown
    await answerRefusal(ctx, koa, at, thrown)
  }
}

async function factsOf(ctx: Context, pool: Pool, client: Client, token: string) {
  return looksSigned(token) ? accessTokenFacts(ctx, pool, token) : refreshTokenFacts(ctx, pool, client, token)
}

/** The caller has to check the proof of the key: `cnf` names it. */
const confirms = async () => true

async function accessTokenFacts(ctx: Context, pool: Pool, token: string) {
  try {
    const found = await requirePoolToken({ ...ctx, confirms }, token)
    if (found.pool.id !== pool.id) return undefined
    const { sub, iss, aud, exp, iat, jti, client_id, scope, username, auth_time, acr, amr, cnf, act } = found.claims
    const token_type = cnf?.jkt ? 'DPoP' : 'Bearer'
    return { token_type, sub, iss, aud, exp, iat, jti, client_id, scope, username, auth_time, acr, amr, cnf, act }
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

async function refreshTokenFacts(ctx: Context, pool: Pool, client: Client, token: string) {
  const found = await findUsableRefreshToken(ctx, pool, client, token)
  if (!found) return undefined
  const { family, user } = found
  return {
    token_use: 'refresh',
    sub: user.id,
    iss: poolIssuer(ctx, pool),
    exp: Math.floor(family.expiresAt.getTime() / 1000),
    iat: Math.floor(family.createdAt.getTime() / 1000),
    client_id: publicClientId(client),
    scope: family.scope,
    username: user.username,
  }
}
