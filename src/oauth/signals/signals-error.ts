/** A refusal of the API for event streams. */
export class SignalsError extends Error {
  readonly status: number
  readonly code: string | undefined

  constructor(status: number, code: string | undefined, description: string) {
    super(description)
    this.status = status
    this.code = code
  }
}

export const invalidRequest = (description: string): SignalsError =>
  new SignalsError(400, 'invalid_request', description)
