import { InvalidSession } from '../../model/errors.ts'

export const invalidSession = () => new InvalidSession()
export const sessionUsed = () => new InvalidSession('Invalid session for the user, session can only be used once.')
