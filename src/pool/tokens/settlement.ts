import { InvalidSession } from '../../model/errors.ts'
import type { AttemptKey } from '../attempts/attempt-store.ts'

/** What a right password ends: the count of guesses at it, and the session, where it was proven with one. */
export interface Settlement {
  guesses: AttemptKey
  session?: string
}

/** The refusal where somebody else has ended the session first. */
export const sessionUsed = () => new InvalidSession('Invalid session for the user, session can only be used once.')
