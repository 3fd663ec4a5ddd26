import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { noDevice, requireTracking } from '../device.ts'
import { deleteDevice } from '../device-store.ts'

export const adminForgetDevice: Handler<'AdminForgetDevice'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)
  requireTracking(pool)
  if (!(await deleteDevice(ctx.db, pool.id, user.id, input.DeviceKey!))) throw noDevice()
  return {}
}
