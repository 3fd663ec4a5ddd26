import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import { type CalledAt, poolCalled, requirePart } from './client-authentication.ts'
import { answerOAuthError, OAuthError } from './oauth-error.ts'

/** A refusal of the token endpoint: always 400 on the service; in OAuth 401 for a client. */
export async function answerRefusal(
  ctx: Context,
  koa: ParameterizedContext,
  at: CalledAt,
  refused: OAuthError,
): Promise<void> {
  const pool = await poolCalled(ctx, at)
  requirePart(at, pool)
  if (!pool || !isOn('OAuthErrors', pool)) return answerOAuthError(koa, refused)
  if (refused.code === 'invalid_client') {
    if (koa.get('authorization')) koa.set('WWW-Authenticate', 'Basic realm="token"')
    return answerOAuthError(koa, refused, 401)
  }
  // The service answers this code where the redirect_uri is not the one of the authorization request.
  const isAddress = refused.code === 'unauthorized_client' && refused.description === invalidRedirect
  answerOAuthError(koa, isAddress ? new OAuthError('invalid_grant', invalidRedirect) : refused)
}

export const invalidRedirect = 'invalid_redirect'
