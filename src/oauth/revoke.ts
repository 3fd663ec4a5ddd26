import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { UnsupportedOperation, UnsupportedTokenType } from '../model/errors.ts'
import { revokeRefreshToken } from '../pool/tokens/revoke-refresh-token.ts'
import { authenticateClient, type CalledAt } from './client-authentication.ts'
import { readForm } from './form.ts'
import { answerOAuthError, OAuthError } from './oauth-error.ts'

/** POST /oauth2/revoke: an unknown token, or one of another app, is answered as if it had been revoked. */
export async function revoke(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  try {
    const form = await readForm(koa)
    const { client } = await authenticateClient(ctx, koa, at, form)
    const refreshToken = form.get('token')
    if (!refreshToken) throw new OAuthError('invalid_request')
    await revokeRefreshToken(ctx, client, refreshToken)
    koa.status = 200
    koa.body = ''
  } catch (thrown) {
    const refused = asOAuthError(thrown)
    answerOAuthError(koa, refused, refused.code === 'invalid_client' ? 401 : 400)
  }
}

function asOAuthError(thrown: unknown): OAuthError {
  if (thrown instanceof OAuthError) return thrown
  if (thrown instanceof UnsupportedTokenType) return new OAuthError('unsupported_token_type')
  if (thrown instanceof UnsupportedOperation) return new OAuthError('invalid_request')
  throw thrown
}
