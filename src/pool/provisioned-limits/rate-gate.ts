import type { Context } from '../../context.ts'
import { TooManyRequests } from '../../model/errors.ts'
import { type RateCategory, requestRates } from '../limits.ts'
import { listRates } from './rate-store.ts'

interface Bucket {
  left: number
  filledAt: number
}

/**
 * Counts a request of a category, and throws TooManyRequestsException where there are too many. Another counter than the
 * category's own is for requests that have its rate to themselves.
 */
export type RateGate = (category: RateCategory | undefined, counter?: string) => void

/** How long a node goes by the rates that it has read, in milliseconds. */
const readEvery = 1000

/**
 * Lets so many requests of a category through in a second, and refuses the rest. Rates that were set elsewhere are known
 * a second later; no request waits for them to be read.
 */
export function createRateGate(
  ctx: Pick<Context, 'config' | 'db' | 'log'>,
  now: () => number = () => performance.now(),
): RateGate {
  const { strict, limits = {} } = ctx.config
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
    provisioned.get(category) ?? (strict || category in limits ? requestRates[category] : undefined)

  return (category, counter = category) => {
    const at = now()
    read(at)
    const rate = category && rateOf(category)
    if (!counter || rate === undefined) return
    const bucket = buckets.get(counter) ?? { left: rate, filledAt: at }
    buckets.set(counter, bucket)
    bucket.left = Math.min(rate, bucket.left + ((at - bucket.filledAt) / 1000) * rate)
    bucket.filledAt = at
    if (bucket.left < 1) throw new TooManyRequests()
    bucket.left--
  }
}
