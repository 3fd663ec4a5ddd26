import type { Context, Trx } from '../../context.ts'
import { noDevice, replacesMfa, tracksDevices } from '../devices/device.ts'
import { findDevice, touchDevice } from '../devices/device-store.ts'
import type { MaybeRequest } from '../sessions/caller.ts'
import type { ChallengeName } from './challenges/index.ts'
import type { Responses, SignIn } from './sign-in.ts'

/**
 * The sign-in with the device that its client names. Any call may name one. A device from an earlier call that is not
 * the user's is dropped, so that a client that learns this can go on without it.
 */
export async function withDevice(ctx: Context, signIn: SignIn, { DEVICE_KEY }: Responses): Promise<SignIn> {
  const { pool, user, state } = signIn
  const key = DEVICE_KEY || state.deviceKey
  if (!key || state.driver === 'page' || !tracksDevices(pool)) return signIn
  const device = await findDevice(ctx.db, pool.id, user?.id ?? nobody, key)
  return {
    ...signIn,
    device,
    deviceUnknown: !device && Boolean(DEVICE_KEY),
    state: { ...state, deviceKey: device?.key },
  }
}

const nobody = '00000000-0000-0000-0000-000000000000'

/** Revealed only to users who have proven a first factor. @throws ResourceNotFoundException */
export function requireKnownDevice({ deviceUnknown }: SignIn): undefined {
  if (deviceUnknown) throw noDevice()
  return undefined
}

/** A remembered device proves itself: in place of a second factor, or after a first factor that is the only one. */
export function deviceChallenge(signIn: SignIn, requiresSecondFactor: boolean): ChallengeName | undefined {
  const { pool, device, state } = signIn
  if (!device?.remembered || !device.srp || state.deviceProven === device.key) return undefined
  if (requiresSecondFactor && !replacesMfa(pool, device)) return undefined
  return state.deviceSrp?.key === device.key ? 'DEVICE_PASSWORD_VERIFIER' : 'DEVICE_SRP_AUTH'
}

/** Whether the device has proven itself and that counts for a second factor. */
export function devicePassed({ pool, device, state }: SignIn): boolean {
  return device?.remembered === true && state.deviceProven === device.key && replacesMfa(pool, device)
}

/** Notes when and from where the device was last used. */
export function deviceWrite(
  ctx: MaybeRequest,
  { pool, user, device }: SignIn,
): ((trx: Trx) => Promise<undefined>) | undefined {
  if (!device || !user) return undefined
  return async (trx) => {
    const used = { ip: ctx.clientAddress, now: ctx.clock.now() }
    await touchDevice(trx, pool.id, user.id, device.key, used)
    return undefined
  }
}
