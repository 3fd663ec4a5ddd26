import { ServiceError } from '../model/errors.ts'
import { StacklessError } from '../model/stackless-error.ts'

/** A refusal with STS's error codes, which differ from those of the JSON services. */
export class StsError extends StacklessError {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

const codes = new Map<string, [code: string, status: number]>([
  ['UnrecognizedClientException', ['InvalidClientTokenId', 403]],
  ['ExpiredTokenException', ['ExpiredToken', 403]],
  ['InvalidSignatureException', ['SignatureDoesNotMatch', 403]],
  ['IncompleteSignatureException', ['IncompleteSignature', 400]],
  ['MissingAuthenticationTokenException', ['MissingAuthenticationToken', 403]],
  ['AccessDeniedException', ['AccessDenied', 403]],
])

export function stsErrorOf(error: unknown): StsError | undefined {
  if (error instanceof StsError) return error
  const named = error instanceof ServiceError ? codes.get(error.type) : undefined
  return named && new StsError(named[0], (error as Error).message, named[1])
}
