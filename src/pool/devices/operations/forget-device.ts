import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { noDevice, requireTracking } from '../device.ts'
import { deleteDevice } from '../device-store.ts'

export const forgetDevice: Handler<'ForgetDevice'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  requireTracking(pool)
  if (!(await deleteDevice(ctx.db, pool.id, user.id, input.DeviceKey!))) throw noDevice()
  return {}
}
