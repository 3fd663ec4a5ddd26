import type { Context } from '../../context.ts'
import { TooManyRequests } from '../../model/errors.ts'
import type { RateCategory } from '../../model/limits.ts'
import { type Bucket, takeOne } from './bucket.ts'
import { listRates } from './rate-store.ts'

/** For how long a node uses the rates that it has read, in milliseconds. */
const readEvery = 1000

/** The counter of answers to challenges: three times the rate of their category; what is beyond counts there. */
export const challengeAnswers = 'ChallengeAnswers'

/**
 * Admits a number of requests per category and second, and refuses the rest. Rates that were set on another node apply
 * a second later; no request waits for them to be read.
 */
export function createRateGate(
  ctx: Pick<Context, 'config' | 'db' | 'limits' | 'log'>,
  now: () => number = () => performance.now(),
): Context['admit'] {
  const { limits } = ctx
  const { strict, limits: overridden = {} } = ctx.config
  const buckets = new Map<string, Bucket>()
  let provisioned = new Map<RateCategory, number>()
  let readAt = Number.NEGATIVE_INFINITY

  function read(at: number): void {
    if (at - readAt < readEvery) return
    readAt = at
    listRates(ctx.db).then(
      (rates) => {
        provisioned = rates
      },
      (error) => ctx.log.warn({ err: error }, 'the provisioned limits could not be read'),
    )
  }

  const rateOf = (category: RateCategory): number | undefined =>
    provisioned.get(category) ?? (strict || Object.hasOwn(overridden, category) ? limits[category] : undefined)

  return (category, counter = category) => {
    const at = now()
    read(at)
    const rate = category && rateOf(category)
    if (!counter || rate === undefined) return
    const isAnswer = counter === challengeAnswers
    if (isAnswer && takeOne(buckets, counter, rate * 3, at)) return
    if (!takeOne(buckets, isAnswer ? category! : counter, rate, at)) throw new TooManyRequests()
  }
}
