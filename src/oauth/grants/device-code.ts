import { isOn } from '../../model/extensions.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Grant } from './grant.ts'
import { redeemPolled } from './polled-grant.ts'

export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

export const deviceCode: Grant = async (ctx, asking) => {
  const { pool, client, form } = asking
  if (!isOn('DeviceAuthorization', pool, client)) throw new OAuthError('unsupported_grant_type')
  return redeemPolled(ctx, asking, { model: 'DeviceCode', id: form.get('device_code') })
}
