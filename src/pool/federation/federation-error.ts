import type { Reason } from '../../model/reasons.ts'

/** Why a sign-in with a provider has failed, in the words for the app. */
export class FederationError extends Error {
  readonly error: string
  readonly description: string
  readonly reason: Reason | undefined

  constructor(description: string, error = 'invalid_request', options: ErrorOptions & { reason?: Reason } = {}) {
    super(description, options)
    this.error = error
    this.description = description
    this.reason = options.reason
  }
}
