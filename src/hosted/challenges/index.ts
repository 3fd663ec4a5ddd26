import type { ChallengeName } from '../../pool/sign-in/challenges/index.ts'
import type { Form } from '../read-form.ts'
import type { Visit } from '../visit.ts'
import { newPasswordRequired } from './new-password-required.ts'

/** The page of one challenge; its template stands in `views/challenges` under the wire name. */
export interface ChallengePage {
  view(visit: Visit, parameters: Record<string, string>): object & { title: string; failed: boolean }
  answer(
    visit: Visit,
    form: Form,
    parameters: Record<string, string>,
  ): {
    fields: string[]
    responses: Record<string, string>
    /** What may be shown again. */
    values: Record<string, string>
    errors: Record<string, string> | undefined
  }
  /** The field that an error is about, by its type. */
  errorFields: Record<string, string>
}

export const challengePages: Partial<Record<ChallengeName, ChallengePage>> = {
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
}
