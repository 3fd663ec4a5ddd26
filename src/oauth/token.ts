import { decodeJwt } from 'jose'
import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { ServiceError, TooManyRequests } from '../model/errors.ts'
import { isOn } from '../model/extensions.ts'
import { observeResult } from '../pool/clients/observe-result.ts'
import { isFunctionError } from '../pool/triggers/call-trigger.ts'
import { answerRefusal } from './answer-refusal.ts'
import { authenticateClient, type CalledAt } from './client-authentication.ts'
import { requestedBinding } from './dpop-header.ts'
import { readForm } from './form.ts'
import { authorizationCode } from './grants/authorization-code.ts'
import { ciba, cibaGrant } from './grants/ciba.ts'
import { clientCredentials } from './grants/client-credentials.ts'
import { deviceCode, deviceCodeGrant } from './grants/device-code.ts'
import type { Grant, TokenAnswer } from './grants/grant.ts'
import { refreshToken } from './grants/refresh-token.ts'
import { tokenExchange, tokenExchangeGrant } from './grants/token-exchange.ts'
import { answerOAuthError, OAuthError } from './oauth-error.ts'

/** With the category that each is counted in: codes are redeemed at the rate of sign-ins, in addition to them. */
const grants: Record<string, { run: Grant; counted: Parameters<Context['admit']> } | undefined> = {
  authorization_code: { run: authorizationCode, counted: ['UserAuthentication', 'authorization_code'] },
  refresh_token: { run: refreshToken, counted: ['UserAuthentication'] },
  [tokenExchangeGrant]: { run: tokenExchange, counted: ['ClientAuthentication'] },
  [cibaGrant]: { run: ciba, counted: ['UserAuthentication'] },
  [deviceCodeGrant]: { run: deviceCode, counted: ['UserAuthentication'] },
  client_credentials: { run: clientCredentials, counted: ['ClientAuthentication'] },
}

/**
 * POST /oauth2/token. Not through the engine: the service answers most refusals differently, clients have two secrets,
 * and tokens are made elsewhere. All that the engine could do here is read a form.
 */
export async function token(ctx: Context, koa: ParameterizedContext, at: CalledAt): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  koa.set('Pragma', 'no-cache')
  try {
    const form = await readForm(koa)
    const asking = await authenticateClient(ctx, koa, at, form)
    const grantType = form.get('grant_type')
    if (!grantType) throw new OAuthError('invalid_request')
    const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
    if (!grant) throw new OAuthError('unsupported_grant_type')
    const owner = { poolId: asking.pool.id, clientId: asking.client.id }
    const answer = await observeResult(
      async () => {
        ctx.admit(...grant.counted)
        const confirmation = await requestedBinding(ctx, koa, asking)
        return grant.run(ctx, { ...asking, form, confirmation })
      },
      (result) => ctx.observe('call', { ...owner, category: grant.counted[0] ?? 'Other', result }),
    )
    koa.status = 200
    koa.type = 'application/json;charset=UTF-8'
    koa.body = JSON.stringify(isOn('OAuthErrors', asking.pool) ? withScope(answer) : answer)
  } catch (thrown) {
    if (thrown instanceof TooManyRequests)
      return answerOAuthError(koa, new OAuthError('too_many_requests', thrown.message), 429)
    const refused = thrown instanceof ServiceError ? grantRefused(thrown) : thrown
    if (!(refused instanceof OAuthError)) throw refused
    await answerRefusal(ctx, koa, at, refused)
  }
}

/** OAuth has the scope named where it is not the requested one (RFC 6749, 5.1), and a trigger may have changed it. */
const withScope = (answer: TokenAnswer): TokenAnswer => ({
  ...answer,
  scope: answer.scope ?? (decodeJwt(answer.access_token).scope as string),
})

/**
 * Whatever the pool refuses, it is the code or the token that is no longer valid. Refusals of triggers keep their text.
 */
const grantRefused = (error: ServiceError): OAuthError =>
  new OAuthError('invalid_grant', isFunctionError(error) ? error.message : undefined)
