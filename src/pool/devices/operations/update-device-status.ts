import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { requireTracking } from '../device.ts'
import { setRemembered } from '../set-remembered.ts'

export const updateDeviceStatus: Handler<'UpdateDeviceStatus'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  requireTracking(pool)
  await setRemembered(ctx, user, input.DeviceKey!, input.DeviceRememberedStatus)
  return {}
}
