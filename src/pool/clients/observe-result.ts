import type { Result } from '../../lib/observations.ts'
import { TooManyRequests } from '../../model/errors.ts'
import { StaleOwner } from './owner.ts'

/** Runs it and reports how it ended. A call that will run again has not ended. */
export async function observeResult<T>(run: () => Promise<T>, tell: (result: Result) => void): Promise<T> {
  try {
    const answer = await run()
    tell('success')
    return answer
  } catch (error) {
    if (!(error instanceof StaleOwner)) tell(resultOf(error))
    throw error
  }
}

const resultOf = (error: unknown): Result => (error instanceof TooManyRequests ? 'throttled' : 'failure')
