import { QueueFull } from '../lib/fair-queue.ts'

/** The database can't serve a statement now. The same call may succeed a moment later. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
  /** The cause, as the driver or PostgreSQL names it. */
  readonly code: string | undefined

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = (cause as { code?: string } | undefined)?.code
  }
}

/** The connection was lost during a statement or a transaction, which is lost with it. */
export class ConnectionLost extends DatabaseUnavailable {
  override name = 'ConnectionLost'

  constructor(cause?: unknown) {
    super('The connection to the database was lost', cause)
  }
}

/** Temporary refusals of PostgreSQL: deadlocks, too many connections, shutting down, a lock or a statement that took too long. */
const passing = new Set('25006 40001 40P01 53100 53200 53300 55P03 57014 57P01 57P02 57P03'.split(' '))

/** Whether an error says that the database could not serve the call, rather than that the call is wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true
  const { name, code, routine } = (error ?? {}) as { name?: string; code?: string; routine?: string }
  // Inside a transaction, a statement can't be prepared again after its table has changed.
  if (name === 'PostgresError' && code === '0A000' && routine === 'RevalidateCachedQuery') return true
  return name === 'PostgresError' && (passing.has(code ?? '') || code?.startsWith('08') === true)
}

/** Whether a call is refused because of the load, and may succeed a moment later. */
export const isOverloaded = (error: unknown): boolean => error instanceof QueueFull || isDatabaseUnavailable(error)

/** Seconds after which a caller that was refused may try again. */
export const retryAfter = 1
