import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { requireTracking } from '../device.ts'
import { setRemembered } from '../set-remembered.ts'

export const adminUpdateDeviceStatus: Handler<'AdminUpdateDeviceStatus'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)
  requireTracking(pool)
  await setRemembered(ctx, user, input.DeviceKey!, input.DeviceRememberedStatus)
  return {}
}
