import { ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { findUser } from '../../users/user.ts'
import { noDevice, requireTracking } from '../device.ts'
import { findDevice } from '../device-store.ts'
import { deviceView } from '../device-view.ts'

export const adminGetDevice: Handler<'AdminGetDevice'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await findUser(ctx.db, pool, input.Username!)
  // The operation declares no UserNotFoundException.
  if (!user) throw new ResourceNotFound('User does not exist.')
  requireTracking(pool)
  const device = await findDevice(ctx.db, pool.id, user.id, input.DeviceKey!)
  if (!device) throw noDevice()
  return { Device: deviceView(ctx, user, device) }
}
