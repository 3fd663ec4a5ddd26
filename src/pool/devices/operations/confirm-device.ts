import type { DeviceSecretVerifierConfigType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../../context.ts'
import { isSrpVerifier } from '../../../lib/srp.ts'
import { DeviceKeyExists, InvalidParameter } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { authenticationMethods } from '../../tokens/proven.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { findSessionProof } from '../../tokens/session-proof-store.ts'
import { type Device, requireTracking, sealDeviceVerifier } from '../device.ts'
import { insertDevice } from '../device-store.ts'

/** Turns the device key from a sign-in into a device of the user, with a secret that only the device knows. */
export const confirmDevice: Handler<'ConfirmDevice'> = async (input, ctx) => {
  const { pool, user, originJti } = await requireAccessToken(ctx, input.AccessToken)
  requireTracking(pool)
  const key = input.DeviceKey!
  const session = await findSessionProof(ctx.db, pool.id, originJti)
  if (session?.deviceKey !== key) throw new InvalidParameter('Invalid device key given.')

  const byUser = pool.settings.DeviceConfiguration?.DeviceOnlyRememberedOnUserPrompt === true
  const device = {
    key,
    name: input.DeviceName ?? key,
    srp: deviceSecret(ctx, user, key, input.DeviceSecretVerifierConfig),
    remembered: !byUser,
    mfaProven: authenticationMethods(session.proven).includes('mfa'),
    lastIp: ctx.clientAddress,
  }
  if (!(await insertDevice(ctx.db, pool.id, user.id, device, ctx.clock.now()))) throw new DeviceKeyExists()
  return { UserConfirmationNecessary: byUser }
}

const maxSaltBytes = 64

function deviceSecret(
  ctx: Context,
  user: { poolId: string; id: string },
  key: string,
  { Salt, PasswordVerifier }: DeviceSecretVerifierConfigType = {},
): Device['srp'] {
  if (Salt === undefined && PasswordVerifier === undefined) return undefined
  const salt = Buffer.from(Salt ?? '', 'base64')
  const verifier = Buffer.from(PasswordVerifier ?? '', 'base64')
  if (salt.length === 0 || salt.length > maxSaltBytes || !isSrpVerifier(verifier))
    throw new InvalidParameter('Invalid device secret verifier given.')
  return { salt, sealed: sealDeviceVerifier(ctx, user, key, verifier) }
}
