import { requireParameters } from '../flows.ts'
import { askForCode, type MessageFactor, proveCode } from '../one-time-code.ts'
import type { Challenge } from '../sign-in.ts'

const factor: MessageFactor = { challenge: 'SMS_MFA', attribute: 'phone_number', proves: 'sms' }

/** A code by SMS as the second factor. */
export const smsMfa: Challenge = {
  answers: 30,

  ask: (ctx, signIn) => askForCode(ctx, signIn, factor),

  verify(ctx, signIn, responses, remembered) {
    requireParameters(responses, ['SMS_MFA_CODE'])
    return proveCode(ctx, signIn, factor, responses.SMS_MFA_CODE!, remembered)
  },
}
