import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { noDevice, requireTracking } from '../device.ts'
import { findDevice } from '../device-store.ts'
import { ownDeviceView } from '../device-view.ts'

export const getDevice: Handler<'GetDevice'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  requireTracking(pool)
  const device = await findDevice(ctx.db, pool.id, user.id, input.DeviceKey!)
  if (!device) throw noDevice()
  return { Device: ownDeviceView(ctx, user, device) }
}
