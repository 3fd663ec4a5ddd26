import { InvalidSession } from '../../model/errors.ts'
import type { AttemptKey } from '../attempts/attempt-store.ts'

/** What a right password settles: the count of guesses, and the challenge's session where it was answered in one. */
export interface Settlement {
  guesses: AttemptKey
  session?: string
}

/** The refusal where another answer has used the session first. */
export const sessionUsed = () => new InvalidSession('Invalid session for the user, session can only be used once.')
