import { requireParameters } from '../flows.ts'
import { askForCode, type MessageFactor, proveCode } from '../one-time-code.ts'
import type { Challenge } from '../sign-in.ts'

const factor: MessageFactor = { challenge: 'SMS_OTP', attribute: 'phone_number', proves: 'sms' }

/** A code by SMS as the first factor. */
export const smsOtp: Challenge = {
  answers: 30,

  ask: (ctx, signIn) => askForCode(ctx, signIn, factor),

  verify(ctx, signIn, responses, remembered) {
    requireParameters(responses, ['SMS_OTP_CODE'])
    return proveCode(ctx, signIn, factor, responses.SMS_OTP_CODE!, remembered)
  },
}
