import { isSrpA } from '../../../lib/srp.ts'
import { InvalidParameter } from '../../../model/errors.ts'
import { noDevice } from '../../devices/device.ts'
import { requireParameters } from '../flows.ts'
import type { Challenge } from '../sign-in.ts'

/** The device's half of SRP. The proof is the answer to DEVICE_PASSWORD_VERIFIER. */
export const deviceSrpAuth: Challenge = {
  answers: 10,
  isShownToTriggers: true,

  ask: () => ({ parameters: {} }),

  verify(_ctx, { device }, responses) {
    requireParameters(responses, ['DEVICE_KEY', 'SRP_A'])
    if (!device || device.key !== responses.DEVICE_KEY) throw noDevice()
    if (!isSrpA(responses.SRP_A!)) throw new InvalidParameter('Invalid SRP_A.', { field: 'SRP_A' })
    return { state: { deviceSrp: { key: device.key, A: responses.SRP_A! } } }
  },
}
