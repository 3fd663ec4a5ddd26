import { InvalidPassword, NotAuthorized, PasswordResetRequired, ServiceError } from '../../model/errors.ts'

/** The findings of threat protection about a sign-in. */
export interface Watched {
  eventId: string
  /** Refuse it once the first factor is proven; before that it would reveal that the user exists. */
  refuse?: 'risk' | 'compromised'
  /** Require a second factor that the user's settings would not: where they have one, or else refuse. */
  mfa?: 'IF_CONFIGURED' | 'REQUIRED'
  /** Notify the user, once the first factor is proven. */
  notify?: boolean
}

/** What is read of the state of a sign-in: whether its first factor is proven, and what was found about it. */
export interface WatchedState {
  proven?: object
  watched?: Watched
}

/** Whether an error is a refusal by threat protection, not by the sign-in itself. */
export const isUnsafe = (error: unknown): boolean => error instanceof ServiceError && error.reason === 'risk'

export const unsafe = (): Error => new NotAuthorized('Unable to login because of security reasons.', { reason: 'risk' })

/** The refusal of a compromised password. */
export const compromisedPassword = (): Error =>
  new InvalidPassword('Provided password cannot be used for security reasons.', { reason: 'password-compromised' })

/** @throws NotAuthorizedException, PasswordResetRequiredException */
export function requireSafe({ state: { watched, proven } }: { state: WatchedState }): undefined {
  if (!watched?.refuse || !proven) return
  if (watched.refuse === 'risk') throw unsafe()
  throw new PasswordResetRequired('Password reset required for the user due to security reasons.', { reason: 'risk' })
}
