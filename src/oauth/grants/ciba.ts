import { isOn } from '../../model/extensions.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Grant } from './grant.ts'
import { redeemPolled } from './polled-grant.ts'

export const cibaGrant = 'urn:openid:params:grant-type:ciba'

export const ciba: Grant = async (ctx, asking) => {
  const { pool, client, isPublic, form } = asking
  if (!isOn('BackchannelAuthentication', pool, client)) throw new OAuthError('unsupported_grant_type')
  if (isPublic || !client.extensions?.Standards?.BackchannelTokenDeliveryMode)
    throw new OAuthError('unauthorized_client')
  return redeemPolled(ctx, asking, { model: 'BackchannelRequest', id: form.get('auth_req_id') })
}
