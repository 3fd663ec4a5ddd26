import type { PageName } from '../page-name.ts'
import type { Page } from '../visit.ts'
import { addPasskey } from './add-passkey.ts'
import { challenge } from './challenge.ts'
import { confirm, resendCode } from './confirm.ts'
import { consent } from './consent.ts'
import { confirmForgotPassword, forgotPassword } from './forgot-password.ts'
import { login } from './login.ts'
import { signUp } from './sign-up.ts'

/** The pages that are part of a sign-in requested by an app. */
export const pages: Record<PageName, Page> = {
  login,
  challenge,
  signUp,
  confirm,
  resendCode,
  forgotPassword,
  confirmForgotPassword,
  addPasskey,
  consent,
}
