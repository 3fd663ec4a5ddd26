import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { requireTracking } from '../device.ts'
import { devicePage } from '../device-page.ts'
import { ownDeviceView } from '../device-view.ts'

export const listDevices: Handler<'ListDevices'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  requireTracking(pool)
  return devicePage(ctx, user, input, ownDeviceView)
}
