import { ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { findUser } from '../../users/user.ts'
import { requireTracking } from '../device.ts'
import { devicePage } from '../device-page.ts'
import { deviceView } from '../device-view.ts'

export const adminListDevices: Handler<'AdminListDevices'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await findUser(ctx.db, pool, input.Username!)
  // The operation declares no UserNotFoundException.
  if (!user) throw new ResourceNotFound('User does not exist.')
  requireTracking(pool)
  return devicePage(ctx, user, input, deviceView)
}
