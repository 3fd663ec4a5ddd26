import { smsMfa as factor } from '../../factors/sms.ts'
import { requireParameters } from '../flows.ts'
import { askForCode, proveCode } from '../one-time-code.ts'
import type { Challenge } from '../sign-in.ts'

/** A code by SMS as the second factor. */
export const smsMfa: Challenge = {
  answers: 30,
  pageLifetime: 3 * 60,
  isShownToTriggers: true,

  ask: (ctx, signIn) => askForCode(ctx, signIn, factor),

  verify(ctx, signIn, responses, remembered) {
    requireParameters(responses, ['SMS_MFA_CODE'])
    return proveCode(ctx, signIn, factor, responses.SMS_MFA_CODE!, remembered)
  },
}
