/** Why a sign-in with a provider came to nothing, as the app is told. */
export class FederationError extends Error {
  readonly error: string
  readonly description: string

  constructor(description: string, error = 'invalid_request', options?: ErrorOptions) {
    super(description, options)
    this.error = error
    this.description = description
  }
}
