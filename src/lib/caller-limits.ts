import { Lru } from './lru.ts'

/** Requests per second, by what they are counted for. */
export interface CallerRates {
  /** For one address, or one /64 of IPv6. */
  address: number
  pool: number
  client: number
}

/** A caller's state after a request. */
export interface Standing {
  allowed: boolean
  /** The size of the bucket: how many requests may come at once. */
  limit: number
  remaining: number
  /** Whole seconds until the next request is admitted: at least one, or 0 if it would be admitted now. */
  retryAfter: number
}

export interface CallerLimits {
  /** Counts a request that costs as much as `cost` ordinary ones. */
  take(kind: keyof CallerRates, key: string, cost?: number): Standing
  /** Resolves when the refusal of a request from a network may be sent. */
  holdBack(network: string): Promise<void>
  /** Returns what `take` would, without counting. */
  look(kind: keyof CallerRates, key: string): Standing
  /** Registers a callback for when a caller has spent so much that other processes should know at once. */
  onSpending(listener: () => void): void
  /**
   * Takes out what was admitted here and not reported yet to other processes, for callers near enough to their limit.
   */
  takeSpendings(): Spending[]
  /** Sets what a caller has left, according to the reports of all processes. */
  settle(spending: Spending, remaining: number): void
  /** Puts spendings back that could not be reported: the next `takeSpendings` returns them again. */
  keepSpending(spending: Spending): void
}

export interface Spending {
  kind: keyof CallerRates
  key: string
  /** In ordinary requests. */
  spent: number
  rate: number
  limit: number
}

/**
 * The burst: this many seconds' worth of requests may come at once. A page has many parts, and a whole company starts
 * work at nine.
 */
const burst = 5
/**
 * How long a refusal is delayed, in milliseconds: a client that waits for each answer then sends few requests. It varies,
 * so that what came at once does not come at once again and again.
 */
const refusalDelay = { least: 250, most: 750 }
/**
 * The refusals of one network are sent this many milliseconds apart, so that whoever has hundreds of requests under way
 * is not refused hundreds of times a second; but none later than this.
 */
const refusalsApart = { least: 10, latest: 5000 }
/** Max delayed refusals; beyond it they are sent at once, since each holds a socket and some memory. */
const maxHeld = 2000
/** Max callers remembered, for each kind. A forgotten caller starts with a full bucket. */
const maxCallers = 20_000

/** The cost of a request in a bucket's unit: a rate of 1/s refills one unit per millisecond. */
const request = 1000

/** Other processes learn of a caller that has spent this part of its limit; hardly any normal caller does. */
const reportThreshold = 0.01
/** They learn of it at once when it has spent this part. */
const urgentThreshold = 0.1
const maxSpendings = 1000

interface Bucket {
  left: number
  at: number
  /** The part of `left` that other processes don't know of. */
  unreported: number
}

/** Counts in this process. `now` returns the milliseconds of a monotonic clock, `random` a number below 1. */
export function createCallerLimits(
  rates: CallerRates,
  now: () => number = () => performance.now(),
  random: () => number = Math.random,
): CallerLimits {
  const buckets = {
    address: new Lru<string, Bucket>(maxCallers),
    pool: new Lru<string, Bucket>(maxCallers),
    client: new Lru<string, Bucket>(maxCallers),
  }

  const spenders = new Map<Bucket, { kind: keyof CallerRates; key: string }>()
  let held = 0
  /** When the last of the refusals that are held back is due, by network. */
  const lastRefusal = new Map<string, number>()
  let onSpending = () => {}

  function bucketOf(kind: keyof CallerRates, key: string): Bucket {
    const at = now()
    const most = rates[kind] * burst * request
    const bucket = buckets[kind].get(key) ?? { left: most, at, unreported: 0 }
    bucket.left = Math.min(most, bucket.left + (at - bucket.at) * rates[kind])
    bucket.at = at
    // All that was spent has been refilled everywhere.
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
    async holdBack(network) {
      if (held >= maxHeld) return
      held++
      const { least, most } = refusalDelay
      const at = now()
      const earliest = at + least + random() * (most - least)
      const inTurn = (lastRefusal.get(network) ?? 0) + refusalsApart.least
      const due = Math.min(Math.max(earliest, inTurn), at + refusalsApart.latest)
      lastRefusal.set(network, due)
      await new Promise((resolve) => setTimeout(resolve, due - at))
      held--
      if (lastRefusal.get(network) === due) lastRefusal.delete(network)
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
      // The answer does not include what was admitted since the question was sent.
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
