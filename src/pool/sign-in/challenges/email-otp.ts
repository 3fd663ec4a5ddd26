import { emailOtp as factor } from '../../factors/email-otp.ts'
import { isCodeOffered } from '../first-factor-rules.ts'
import { requireParameters } from '../flows.ts'
import { askForCode, proveCode } from '../one-time-code.ts'
import type { Challenge } from '../sign-in.ts'

/** A code by e-mail: the first factor of a sign-in, or the second. */
export const emailOtp: Challenge = {
  answers: 30,
  pageLifetime: 3 * 60,
  isShownToTriggers: true,
  isOffered: (person) => isCodeOffered(person, factor),

  ask: (ctx, signIn) => askForCode(ctx, signIn, factor),

  verify(ctx, signIn, responses, remembered) {
    // The older name appears only in the text of the SDK.
    const code = responses.EMAIL_OTP_CODE ?? responses.EMAIL_MFA_CODE
    if (!code) requireParameters(responses, ['EMAIL_OTP_CODE'])
    return proveCode(ctx, signIn, factor, code!, remembered)
  },
}
