import type { Handlers } from '../handler.ts'
import { confirmSignUp } from './operations/confirm-sign-up.ts'
import { resendConfirmationCode } from './operations/resend-confirmation-code.ts'
import { signUp } from './operations/sign-up.ts'

export const signUpOperations = {
  SignUp: signUp,
  ConfirmSignUp: confirmSignUp,
  ResendConfirmationCode: resendConfirmationCode,
} satisfies Handlers
