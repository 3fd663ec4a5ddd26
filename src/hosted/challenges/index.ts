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

/** What a sign-in asks, as the machine has put it. */
export interface Asked {
  username: string
  parameters: Record<string, string>
  availableChallenges?: string[]
}

export interface Reply {
  fields: string[]
  responses: Record<string, string>
  /** What may be shown again. */
  values?: Record<string, string>
  errors?: Record<string, string>
}

/** The page of one challenge; its template stands in `views/challenges` under the wire name. */
export interface ChallengePage {
  view(visit: Visit, asked: Asked): Promise<PageOf> | PageOf
  /** The answer that a form gives, or what the page is to remember instead, where it gives none yet. */
  answer(visit: Visit, form: Form, asked: Asked): Reply | { remember: Partial<PageState> }
  /** The field for a refusal that names none, by its reason. */
  errorFields?: Partial<Record<Reason, string>>
}

type PageOf = object & { title: string; failed: boolean }

/** By wire name. */
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
