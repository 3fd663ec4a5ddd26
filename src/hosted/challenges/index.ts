import type { Reason } from '../../model/reasons.ts'
import type { PageState } from '../page-state.ts'
import type { Form } from '../read-form.ts'
import type { Visit } from '../visit.ts'
import { factorPages } from './factors.ts'
import { mfaSetup } from './mfa-setup.ts'
import { newPasswordRequired } from './new-password-required.ts'
import { selectChallenge } from './select-challenge.ts'
import { selectMfaType } from './select-mfa-type.ts'

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

/** The page of one challenge. */
export interface ChallengePage {
  /** The file in `views/challenges`. */
  template: string
  view(visit: Visit, asked: Asked): Promise<PageOf> | PageOf
  /** The response built from the form, or what the page should remember if the user has not answered yet. */
  answer(visit: Visit, form: Form, asked: Asked): Reply | { remember: Partial<PageState> }
  /** The field to show a refusal at, by reason, if the refusal itself names no field. */
  errorFields?: Partial<Record<Reason, string>>
}

type PageOf = object & { title: string; failed: boolean }

/** By wire name of the challenge. */
export const challengePages: Readonly<Record<string, ChallengePage>> = {
  ...factorPages,
  SELECT_CHALLENGE: selectChallenge,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  SELECT_MFA_TYPE: selectMfaType,
  MFA_SETUP: mfaSetup,
}
