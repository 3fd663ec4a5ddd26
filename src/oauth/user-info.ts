import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { ServiceError } from '../model/errors.ts'
import { isOn } from '../model/extensions.ts'
import { readableAttributes } from '../pool/clients/client-rules.ts'
import { visibleAttributes } from '../pool/tokens/attribute-claims.ts'
import { type Bearer, requireAccessToken, verifiedClaims } from '../pool/tokens/require-access-token.ts'
import { signedUserInfo } from '../pool/tokens/signed-answer.ts'
import { standardClaims } from '../pool/tokens/standard-claims.ts'
import { bearerIn, challengeOf, confirmedIn, isProof, tokenForm } from './bearer.ts'
import { type CalledAt, isAddressOf, poolCalled } from './client-authentication.ts'
import { readText } from './form.ts'

const invalidRequest = 'Bad OAuth2 request at UserInfo Endpoint'
const notOpenId = 'Access token does not contain openid scope'
const invalidToken = 'Access token is expired, disabled, or deleted, or the user has globally signed out.'

/**
 * GET or POST /oauth2/userInfo, with a token that has the scope `openid`. Every value is a string, unless the pool has
 * OpenID Connect's claims.
 */
export async function userInfo(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set(headers)
  const bearer = bearerIn(koa) ?? (await postedToken(ctx, koa, at))
  if (!bearer) return refuse(koa, 400, 'invalid_request', invalidRequest)
  try {
    const confirms = confirmedIn(ctx, koa)
    const found = await requireAccessToken({ ...ctx, confirms }, bearer, { scope: 'openid' })
    if (isProof(koa) && !found.claims.cnf?.jkt) return refuse(koa, 400, 'invalid_request', invalidRequest)
    if (!isAddressOf(ctx, found.pool, at)) return refuse(koa, 401, 'invalid_token', invalidToken)
    koa.status = 200
    await answerInfo(ctx, koa, found)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    if (koa.state.proofRefused) return refuse(koa, 401, koa.state.proofRefused, 'The DPoP proof is not good.', 'DPoP')
    refuse(koa, 401, 'invalid_token', (await lacksOpenId(ctx, bearer)) ? notOpenId : invalidToken)
  }
}

/** As a JWT for the app alone, if it is registered for that. */
async function answerInfo(ctx: Context, koa: ParameterizedContext, found: Bearer): Promise<void> {
  const { pool, client } = found
  const info = infoOf(found)
  if (client?.extensions?.Standards?.SignedUserInfo && isOn('OpenIdClaims', pool, client)) {
    koa.type = 'application/jwt'
    koa.body = await signedUserInfo(ctx, pool, client, info)
    return
  }
  koa.type = 'application/json;charset=UTF-8'
  koa.body = JSON.stringify(info)
}

function infoOf({ pool, client, user, claims, requested }: Bearer): Record<string, unknown> {
  const readable = readableAttributes(pool, client)
  const scopes = claims.scope.split(' ')
  if (isOn('OpenIdClaims', pool, client))
    return { ...standardClaims(user.attributes, readable, scopes, requested?.userinfo), sub: user.id }
  return { ...visibleAttributes(user.attributes, readable, scopes), sub: user.id, username: user.username }
}

/** The token in a form (RFC 6750, 2.2), if the pool has that on. */
async function postedToken(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<string | undefined> {
  if (koa.method !== 'POST' || koa.get('authorization') || !koa.is('application/x-www-form-urlencoded'))
    return undefined
  const pool = await poolCalled(ctx, at)
  if (!pool || !isOn('OpenIdClaims', pool)) return undefined
  const token = new URLSearchParams(await readText(koa.req).catch(() => '')).get('access_token')
  return token && tokenForm.test(token) ? token : undefined
}

const headers = {
  'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Frame-Options': 'DENY',
  'X-XSS-Protection': '1; mode=block',
}

/** One of our tokens, but without `openid`. */
async function lacksOpenId(ctx: Context, token: string): Promise<boolean> {
  try {
    const { claims } = await verifiedClaims(ctx, token)
    return !claims.scope.split(' ').includes('openid')
  } catch (error) {
    if (error instanceof ServiceError) return false
    throw error
  }
}

function refuse(
  koa: ParameterizedContext,
  status: number,
  error: string,
  description: string,
  scheme: 'Bearer' | 'DPoP' = 'Bearer',
): void {
  koa.status = status
  koa.set('WWW-Authenticate', challengeOf(scheme, error, description))
  koa.type = 'application/json;charset=UTF-8'
  koa.body = JSON.stringify({ error, error_description: description })
}
