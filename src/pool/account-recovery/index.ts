import type { Handlers } from '../handler.ts'
import { confirmForgotPassword } from './operations/confirm-forgot-password.ts'
import { forgotPassword } from './operations/forgot-password.ts'

export const recoveryOperations = {
  ForgotPassword: forgotPassword,
  ConfirmForgotPassword: confirmForgotPassword,
} satisfies Handlers
