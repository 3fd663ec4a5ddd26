import type { Context } from '../../context.ts'
import { TooManyRequests } from '../../model/errors.ts'
import type { OperationName } from '../handler.ts'
import { type RateCategory, requestRates } from '../limits.ts'
import { categoryOf } from './categories.ts'
import { listRates } from './rate-store.ts'

interface Bucket {
  left: number
  filledAt: number
}

/** How long a node goes by the rates that it has read, in milliseconds. */
const readEvery = 1000

/**
 * Lets so many calls of a category through in a second, and refuses the rest. Rates that were set elsewhere are known a
 * second later; no call waits for them to be read. @throws TooManyRequestsException
 */
export function createRateGate(
  ctx: Context,
  now: () => number = () => performance.now(),
): (operation: OperationName) => void {
  const { strict, limits = {} } = ctx.config
  const buckets = new Map<RateCategory, Bucket>()
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

  return (operation) => {
    const at = now()
    read(at)
    const category = categoryOf(operation)
    const rate = category && rateOf(category)
    if (!category || rate === undefined) return
    const bucket = buckets.get(category) ?? { left: rate, filledAt: at }
    buckets.set(category, bucket)
    bucket.left = Math.min(rate, bucket.left + ((at - bucket.filledAt) / 1000) * rate)
    bucket.filledAt = at
    if (bucket.left < 1) throw new TooManyRequests()
    bucket.left--
  }
}
