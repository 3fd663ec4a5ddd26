import { smsOtp as factor } from '../../factors/sms.ts'
import { isCodeOffered } from '../first-factor-rules.ts'
import { requireParameters } from '../flows.ts'
import { askForCode, proveCode } from '../one-time-code.ts'
import type { Challenge } from '../sign-in.ts'

/** A code by SMS as the first factor. */
export const smsOtp: Challenge = {
  answers: 30,
  pageLifetime: 3 * 60,
  isOffered: (person) => isCodeOffered(person, factor),

  ask: (ctx, signIn) => askForCode(ctx, signIn, factor),

  verify(ctx, signIn, responses, remembered) {
    requireParameters(responses, ['SMS_OTP_CODE'])
    return proveCode(ctx, signIn, factor, responses.SMS_OTP_CODE!, remembered)
  },
}
