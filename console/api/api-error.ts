/** What the server refused, or that it could not be reached. `type` is the error's wire name. */
export class ApiError extends Error {
  readonly type: string
  readonly status: number
  readonly requestId: string | undefined

  constructor(type: string, message: string, { status = 0, requestId }: { status?: number; requestId?: string } = {}) {
    super(message)
    this.name = 'ApiError'
    this.type = type
    this.status = status
    this.requestId = requestId
  }
}

export const isRefusal = (error: unknown, ...types: string[]): error is ApiError =>
  error instanceof ApiError && types.includes(error.type)

/** Another try of the same call may do better. */
export const isTransient = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 0 || error.status === 429 || error.status >= 500 || transientTypes.includes(error.type))

const transientTypes = ['TooManyRequestsException', 'Unreadable']
