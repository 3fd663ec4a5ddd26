import { createHash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { deviceGroupKey } from '../../lib/ids.ts'
import type { SrpIdentity } from '../../lib/srp.ts'
import { InvalidUserPoolConfiguration, ResourceNotFound } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'

/** A device that a user has confirmed. */
export interface Device {
  key: string
  name: string
  /** The verifier of its secret; absent where it was confirmed without one. */
  srp?: { salt: Buffer; sealed: Buffer }
  remembered: boolean
  mfaProven: boolean
  lastIp: string | null
  createdAt: Date
  updatedAt: Date
  authenticatedAt: Date
}

export const tracksDevices = (pool: Pool): boolean => pool.settings.DeviceConfiguration !== undefined

/** @throws InvalidUserPoolConfigurationException */
export function requireTracking(pool: Pool): void {
  if (!tracksDevices(pool)) throw new InvalidUserPoolConfiguration('The user pool does not track devices.')
}

/** Whether a device that has proven itself replaces a second factor. */
export function replacesMfa(pool: Pool, device: Device): boolean {
  return pool.settings.DeviceConfiguration?.ChallengeRequiredOnNewDevice === true && device.mfaProven
}

/** Not a secret, only a name in the device's own proof: derived from the device key, so that it need not be stored. */
export function groupKeyOf(deviceKey: string): string {
  let draws = 0
  return deviceGroupKey((size) => createHash('sha256').update(`${draws++} ${deviceKey}`).digest().subarray(0, size))
}

export const deviceIdentity = (key: string): SrpIdentity => ({ poolName: groupKeyOf(key), userId: key })

export const openDeviceVerifier = (
  ctx: Context,
  user: { poolId: string; id: string },
  key: string,
  { sealed }: { sealed: Buffer },
): Buffer => ctx.keyring.open(sealed, deviceVerifierPlace(user, key))

export const sealDeviceVerifier = (
  ctx: Context,
  user: { poolId: string; id: string },
  key: string,
  verifier: Uint8Array,
): Buffer => ctx.keyring.seal(verifier, deviceVerifierPlace(user, key))

export const deviceVerifierPlace = (user: { poolId: string; id: string }, key: string): string =>
  `devices/${user.poolId}/${user.id}/${key}`

export const noDevice = () => new ResourceNotFound('Device does not exist.')
