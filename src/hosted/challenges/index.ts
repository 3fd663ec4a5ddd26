import type { Reason } from '../../model/reasons.ts'
import type { PageState } from '../page-state.ts'
import type { Form } from '../read-form.ts'
import type { Visit } from '../visit.ts'
import { emailOtp, smsMfa, smsOtp } from './message-code.ts'
import { mfaSetup } from './mfa-setup.ts'
import { newPasswordRequired } from './new-password-required.ts'
import { password } from './password.ts'
import { selectChallenge } from './select-challenge.ts'
import { selectMfaType } from './select-mfa-type.ts'
import { softwareTokenMfa } from './software-token-mfa.ts'
import { webAuthn } from './web-authn.ts'

/** The challenge of a sign-in that awaits an answer. */
export interface Asked {
  username: string
  parameters: Record<string, string>
  availableChallenges?: string[]
}

export interface Reply {
  fields: string[]
  responses: Record<string, string>
  /** Values to show again if the answer is refused; never a secret. */
  values?: Record<string, string>
  errors?: Record<string, string>
}

/** The page of one challenge. Its template is `views/challenges/` plus the wire name. */
export interface ChallengePage {
  view(visit: Visit, asked: Asked): Promise<PageOf> | PageOf
  /** The response built from the form, or what the page should remember if the user has not answered yet. */
  answer(visit: Visit, form: Form, asked: Asked): Reply | { remember: Partial<PageState> }
  /** The field to show a refusal at, by reason, if the refusal itself names no field. */
  errorFields?: Partial<Record<Reason, string>>
}

type PageOf = object & { title: string; failed: boolean }

/** By wire name of the challenge. */
export const challengePages: Readonly<Record<string, ChallengePage>> = {
  SELECT_CHALLENGE: selectChallenge,
  PASSWORD: password,
  WEB_AUTHN: webAuthn,
  EMAIL_OTP: emailOtp,
  SMS_OTP: smsOtp,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  SELECT_MFA_TYPE: selectMfaType,
  MFA_SETUP: mfaSetup,
  SOFTWARE_TOKEN_MFA: softwareTokenMfa,
  SMS_MFA: smsMfa,
}
