import { NotAuthorized } from '../../model/errors.ts'

export const invalidSession = () => new NotAuthorized('Invalid session for the user.')
export const sessionUsed = () => new NotAuthorized('Invalid session for the user, session can only be used once.')
