import { OperatorError } from '../lib/operator-error.ts'

/** A command line that cannot be parsed: the program exits with 2. */
export class UsageError extends OperatorError {
  override name = 'UsageError'
}
