import { InvalidPassword, NotAuthorized, PasswordResetRequired, ServiceError } from '../../model/errors.ts'

/** What threat protection has found about a sign-in that is under way. */
export interface Watched {
  eventId: string
  /** Refuse it once the user is known to be who they are; before that, nobody learns that there is such a user. */
  refuse?: 'risk' | 'compromised'
  /** Ask for a second factor that the user's settings would not: where there is one, or else refuse. */
  mfa?: 'IF_CONFIGURED' | 'REQUIRED'
  /** The user is to be told, once it is known to be them. */
  notify?: boolean
}

/** What is asked of the state of a sign-in: whether its first factor is proven, and what was found about it. */
export interface WatchedState {
  proven?: object
  watched?: Watched
}

/** Whether an error is a refusal by threat protection, not by the sign-in itself. */
export const isUnsafe = (error: unknown): boolean => error instanceof ServiceError && error.reason === 'risk'

export const unsafe = (): Error => new NotAuthorized('Unable to login because of security reasons.', { reason: 'risk' })

/** The refusal to set a password that others know. */
export const compromisedPassword = (): Error =>
  new InvalidPassword('Provided password cannot be used for security reasons.', { reason: 'password-compromised' })

/** @throws NotAuthorizedException, PasswordResetRequiredException */
export function requireSafe({ state: { watched, proven } }: { state: WatchedState }): undefined {
  if (!watched?.refuse || !proven) return
  if (watched.refuse === 'risk') throw unsafe()
  throw new PasswordResetRequired('Password reset required for the user due to security reasons.', { reason: 'risk' })
}
