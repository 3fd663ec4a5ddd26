import { srpHex, srpSignatureMatches } from '../../../lib/srp.ts'
import { srpServerKeyAside, startSrpAside } from '../../../lib/srp-powers.ts'
import { WrongCredentials } from '../../../model/errors.ts'
import { deviceIdentity, noDevice, openDeviceVerifier } from '../../devices/device.ts'
import { doWork } from '../../pools/do-work.ts'
import { requireParameters } from '../flows.ts'
import { requireClaim, sealSecretBlock } from '../secret-block.ts'
import type { Challenge } from '../sign-in.ts'

/** The device proves that it has the secret that it was confirmed with. */
export const devicePasswordVerifier: Challenge = {
  answers: 3,
  isShownToTriggers: true,
  lifetime: 60,

  async ask(ctx, signIn) {
    const user = signIn.user!
    const { key, srp } = signIn.device!
    const verifier = openDeviceVerifier(ctx, user, key, srp!)
    const { B, b } = await doWork(ctx, signIn.pool, (owner) => startSrpAside(owner, verifier))
    return {
      parameters: {
        USERNAME: user.username,
        DEVICE_KEY: key,
        SRP_B: B,
        SALT: srpHex(srp!.salt),
        SECRET_BLOCK: sealSecretBlock(ctx, signIn),
      },
      remember: { key, A: signIn.state.deviceSrp!.A, B, b: b.toString('hex') },
      state: { deviceSrp: undefined },
    }
  },

  async verify(ctx, signIn, responses, remembered) {
    requireParameters(responses, ['DEVICE_KEY'])
    const { device } = signIn
    if (!device?.srp || device.key !== responses.DEVICE_KEY || device.key !== remembered.key) throw noDevice()
    const { signature, secretBlock, timestamp } = requireClaim(ctx, signIn, responses)

    const verifier = openDeviceVerifier(ctx, signIn.user!, device.key, device.srp)
    const { A, B, b } = remembered as { A: string; B: string; b: string }
    const exchange = { A, B, b: Buffer.from(b, 'hex'), verifier }
    const key = await doWork(ctx, signIn.pool, (owner) => srpServerKeyAside(owner, exchange))
    const block = { ...deviceIdentity(device.key), secretBlock, timestamp }
    if (!key || !srpSignatureMatches(signature, { ...block, key })) throw new WrongCredentials()
    return { state: { deviceProven: device.key, deviceSrp: undefined } }
  },
}
