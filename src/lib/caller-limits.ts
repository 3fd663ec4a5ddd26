import { Lru } from './lru.ts'

/** Requests a second, by what they have in common. */
export interface CallerRates {
  /** Of one address, or one /64 of IPv6. */
  address: number
  pool: number
  client: number
}

/** How a caller stands after a request. */
export interface Standing {
  allowed: boolean
  /** Requests that may come at once. */
  limit: number
  remaining: number
  /** Whole seconds until the next request is let in, at least one; 0 where one would be let in now. */
  retryAfter: number
}

export interface CallerLimits {
  /** Counts a request, at the cost of `cost` ordinary ones. */
  take(kind: keyof CallerRates, key: string, cost?: number): Standing
  /** Resolves when a refused caller may be told. */
  holdBack(): Promise<void>
  /** As `take` would answer, without counting. */
  look(kind: keyof CallerRates, key: string): Standing
  /** Calls when a caller has spent so much that others should know at once. */
  onSpending(listener: () => void): void
  /** What was let in here and no other process knows of yet, of callers for whom that is worth telling. */
  takeSpendings(): Spending[]
  /** What a caller has left after all processes have told. */
  settle(spending: Spending, remaining: number): void
  /** Others could not be told: the next `takeSpendings` brings it again. */
  keepSpending(spending: Spending): void
}

export interface Spending {
  kind: keyof CallerRates
  key: string
  /** Requests, in what they cost. */
  spent: number
  rate: number
  limit: number
}

/** So many seconds' worth of requests may come at once: a page has many parts, and a company starts work at nine. */
const burst = 5
/** How long a refusal is held back, in milliseconds: who sends the next request with each answer sends few. */
const refusalDelay = 500
/** Beyond so many held back at once, refusals are answered at once: each holds a socket and a little memory. */
const maxHeld = 2000
/** Of each kind. Who was forgotten starts anew. */
const maxCallers = 20_000

/** A request, in what a bucket is filled with: a rate of one a second gives one of these a millisecond. */
const request = 1000

/** Others are told of a caller once it has spent this part of its limit: hardly anybody who is not a flood does. */
const reportThreshold = 0.01
/** And at once when it has spent this part. */
const urgentThreshold = 0.1
const maxSpendings = 1000

interface Bucket {
  left: number
  at: number
  /** Of `left`, what other processes don't know of. */
  unreported: number
}

/**
 * Counts in this process. `now` are the milliseconds of a clock that never goes back.
 */
export function createCallerLimits(rates: CallerRates, now: () => number = () => performance.now()): CallerLimits {
  const buckets = {
    address: new Lru<string, Bucket>(maxCallers),
    pool: new Lru<string, Bucket>(maxCallers),
    client: new Lru<string, Bucket>(maxCallers),
  }

  const spenders = new Map<Bucket, { kind: keyof CallerRates; key: string }>()
  let held = 0
  let onSpending = () => {}

  function bucketOf(kind: keyof CallerRates, key: string): Bucket {
    const at = now()
    const most = rates[kind] * burst * request
    const bucket = buckets[kind].get(key) ?? { left: most, at, unreported: 0 }
    bucket.left = Math.min(most, bucket.left + (at - bucket.at) * rates[kind])
    bucket.at = at
    // All that was spent has come back everywhere.
    if (bucket.left === most) bucket.unreported = 0
    return bucket
  }

  function standing(kind: keyof CallerRates, { left }: Bucket, allowed: boolean): Standing {
    return {
      allowed,
      limit: rates[kind] * burst,
      remaining: Math.max(0, Math.floor(left / request)),
      retryAfter: left >= request ? 0 : Math.max(1, Math.ceil((request - left) / rates[kind] / 1000)),
    }
  }

  return {
    take(kind, key, cost = 1) {
      const bucket = bucketOf(kind, key)
      const allowed = bucket.left >= request
      if (allowed) {
        bucket.left -= cost * request
        bucket.unreported += cost
        if (bucket.unreported >= rates[kind] * burst * reportThreshold) spenders.set(bucket, { kind, key })
        if (bucket.unreported >= rates[kind] * burst * urgentThreshold) onSpending()
      }
      buckets[kind].set(key, bucket)
      return standing(kind, bucket, allowed)
    },
    async holdBack() {
      if (held >= maxHeld) return
      held++
      await new Promise((resolve) => setTimeout(resolve, refusalDelay))
      held--
    },
    look(kind, key) {
      const bucket = bucketOf(kind, key)
      return standing(kind, bucket, bucket.left >= request)
    },
    onSpending(listener) {
      onSpending = listener
    },
    takeSpendings() {
      const spendings: Spending[] = []
      for (const [bucket, { kind, key }] of spenders.entries().take(maxSpendings)) {
        spenders.delete(bucket)
        if (bucket.unreported > 0)
          spendings.push({ kind, key, spent: bucket.unreported, rate: rates[kind], limit: rates[kind] * burst })
        bucket.unreported = 0
      }
      return spendings
    },
    settle({ kind, key }, remaining) {
      const bucket = bucketOf(kind, key)
      // What has been let in since the question is not part of the answer.
      bucket.left = (remaining - bucket.unreported) * request
      buckets[kind].set(key, bucket)
    },
    keepSpending({ kind, key, spent }) {
      const bucket = bucketOf(kind, key)
      bucket.unreported += spent
      spenders.set(bucket, { kind, key })
      buckets[kind].set(key, bucket)
    },
  }
}
