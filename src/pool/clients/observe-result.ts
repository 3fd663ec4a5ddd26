import type { Result } from '../../lib/observations.ts'
import { TooManyRequests } from '../../model/errors.ts'
import { StaleOwner } from './owner.ts'

/** Runs a call and reports its result. A call that found stale owners runs again, and is not reported yet. */
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
