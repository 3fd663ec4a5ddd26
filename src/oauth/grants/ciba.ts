import { isOn } from '../../model/extensions.ts'
import { issueTokens } from '../../pool/tokens/issue-tokens.ts'
import { type BackchannelRequest, pollSeconds } from '../approval.ts'
import { findRecord } from '../find-record-store.ts'
import { OAuthError } from '../oauth-error.ts'
import { consumeRecord, pollRecord } from '../record-store.ts'
import { nonceFor, unpackProven } from '../session.ts'
import { type Grant, tokenType } from './grant.ts'

export const cibaGrant = 'urn:openid:params:grant-type:ciba'

/**
 *   waits ──its user allows it──▶ tokens, once
 *     ├────they do not──────────▶ access_denied
 *     └────its time is over─────▶ expired_token
 */
export const ciba: Grant = async (ctx, { pool, client, isPublic, form, confirmation }) => {
  if (!isOn('BackchannelAuthentication', pool, client)) throw new OAuthError('unsupported_grant_type')
  if (isPublic || !client.extensions?.Standards?.BackchannelTokenDeliveryMode)
    throw new OAuthError('unauthorized_client')
  const id = form.get('auth_req_id')
  if (!id) throw new OAuthError('invalid_request')
  const key = { poolId: pool.id, model: 'BackchannelRequest', id } as const
  const record = id.length <= 128 ? await findRecord(ctx, key) : undefined
  const request = record?.payload as BackchannelRequest | undefined
  if (!record || request?.clientId !== client.id || record.consumedAt) throw new OAuthError('invalid_grant')
  if (!(await pollRecord(ctx, key, pollSeconds))) throw new OAuthError('slow_down')
  if (request.denied) throw new OAuthError('access_denied')
  if (request.until <= ctx.clock.now().getTime()) throw new OAuthError('expired_token')
  if (!request.accountId) throw new OAuthError('authorization_pending')
  if (!record.user?.enabled) throw new OAuthError('invalid_grant')
  if (!(await consumeRecord(ctx, key, 60))) throw new OAuthError('invalid_grant')

  const proven = unpackProven(request.amr)
  const tokens = await issueTokens(ctx, {
    pool,
    client,
    user: record.user,
    groups: record.groups,
    proven,
    scope: request.scope,
    nonce: nonceFor(proven, undefined),
    resource: request.audience,
    confirmation,
    surface: 'oauth',
    source: 'TokenGeneration_HostedAuth',
  })
  return {
    id_token: tokens.idToken,
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    expires_in: tokens.expiresIn,
    token_type: tokenType(confirmation),
  }
}
