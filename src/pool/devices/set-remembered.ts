import type { DeviceRememberedStatusType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { noDevice } from './device.ts'
import { findDevice, updateRemembered } from './device-store.ts'

/** Without a status nothing changes. @throws ResourceNotFoundException */
export async function setRemembered(
  ctx: Context,
  user: { poolId: string; id: string },
  key: string,
  status: DeviceRememberedStatusType | undefined,
): Promise<void> {
  const { poolId, id } = user
  const found =
    status === undefined
      ? await findDevice(ctx.db, poolId, id, key)
      : await updateRemembered(ctx.db, poolId, id, key, status === 'remembered', ctx.clock.now())
  if (!found) throw noDevice()
}
