import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { ServiceError } from '../model/errors.ts'
import { readableAttributes } from '../pool/clients/client-rules.ts'
import { visibleAttributes } from '../pool/tokens/attribute-claims.ts'
import { requireAccessToken, verifiedClaims } from '../pool/tokens/require-access-token.ts'
import { type CalledAt, isAddressOf } from './client-authentication.ts'

const invalidRequest = 'Bad OAuth2 request at UserInfo Endpoint'
const notOpenId = 'Access token does not contain openid scope'
const invalidToken = 'Access token is expired, disabled, or deleted, or the user has globally signed out.'

/** GET or POST /oauth2/userInfo, with a token that was asked for with `openid`. Every value is a string here. */
export async function userInfo(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set(headers)
  const bearer = /^Bearer +([\w.~+/-]{1,16384}=*) *$/i.exec(koa.get('authorization'))?.[1]
  if (!bearer) return refuse(koa, 400, 'invalid_request', invalidRequest)
  try {
    const { pool, client, user, claims } = await requireAccessToken(ctx, bearer, { scope: 'openid' })
    if (!isAddressOf(ctx, pool, at)) return refuse(koa, 401, 'invalid_token', invalidToken)
    const attributes = visibleAttributes(user.attributes, readableAttributes(pool, client), claims.scope.split(' '))
    koa.status = 200
    koa.type = 'application/json;charset=UTF-8'
    koa.body = JSON.stringify({ ...attributes, sub: user.id, username: user.username })
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    refuse(koa, 401, 'invalid_token', (await lacksOpenId(ctx, bearer)) ? notOpenId : invalidToken)
  }
}

const headers = {
  'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Frame-Options': 'DENY',
  'X-XSS-Protection': '1; mode=block',
}

/** A token of ours, but one that was asked for without `openid`. */
async function lacksOpenId(ctx: Context, token: string): Promise<boolean> {
  try {
    const { claims } = await verifiedClaims(ctx, token)
    return !claims.scope.split(' ').includes('openid')
  } catch (error) {
    if (error instanceof ServiceError) return false
    throw error
  }
}

function refuse(koa: ParameterizedContext, status: number, error: string, description: string): void {
  koa.status = status
  koa.set('WWW-Authenticate', `Bearer error="${error}", error_description="${description}"`)
  koa.type = 'application/json;charset=UTF-8'
  koa.body = JSON.stringify({ error, error_description: description })
}
