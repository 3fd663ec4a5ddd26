/**
 * The metrics of pools, as the service publishes them in CloudWatch: counted in memory and added to the table by a job,
 * so that no request waits for them. Names and dimensions are the service's own where it has them.
 */
import { remembered } from '../../lib/memory.ts'
import type { Observed, Observer, Result } from '../../lib/observations.ts'

export const hour = 3_600_000

export interface PoolCount {
  /** Empty: the pool as a whole. */
  clientId: string
  metric: string
  /** As a query string, such as `Operation=SignIn&RiskLevel=High`. */
  dimensions: string
  /** The beginning of the hour, in milliseconds. */
  hour: number
  value: number
}

/** The max number of clients of a pool that are counted apart in an hour; the rest count for the pool only. */
const maxClients = 500
/** Max distinct trigger errors per pool and hour: a function may throw any number of classes. */
const maxErrors = 20

interface CountedPool {
  hour: number
  clients: Set<string>
  errors: Set<string>
  counts: Map<string, PoolCount>
}

export class PoolCounts {
  readonly #pools = new Map<string, CountedPool>()

  add({ poolId, clientId }: Observed, metric: string, dimensions: string, now: Date, value = 1): void {
    const begun = hourOf(now)
    const pool = this.#poolAt(poolId, begun)
    increase(pool, { clientId: '', metric, dimensions, hour: begun, value })
    if (clientId !== undefined && admits(pool.clients, clientId, maxClients))
      increase(pool, { clientId, metric, dimensions, hour: begun, value })
  }

  /** The error as it is counted: by its own name, or as `Other` where the pool has had too many. */
  errorName(poolId: string, error: string, now: Date): string {
    const { errors } = this.#poolAt(poolId, hourOf(now))
    return admits(errors, error, maxErrors) ? error : 'Other'
  }

  /** The counts since the last call, by pool. */
  take(): Map<string, PoolCount[]> {
    const taken = new Map<string, PoolCount[]>()
    for (const [poolId, pool] of this.#pools) {
      if (pool.counts.size === 0) this.#pools.delete(poolId)
      else taken.set(poolId, [...pool.counts.values()])
      pool.counts = new Map()
    }
    return taken
  }

  /** Takes back counts that could not be written. */
  giveBack(poolId: string, counts: PoolCount[]): void {
    const pool = this.#poolAt(poolId, counts[0]!.hour)
    for (const count of counts) increase(pool, count)
  }

  #poolAt(poolId: string, begun: number): CountedPool {
    let pool = this.#pools.get(poolId)
    if (!pool) {
      pool = { hour: begun, clients: new Set(), errors: new Set(), counts: new Map() }
      this.#pools.set(poolId, pool)
    }
    if (pool.hour < begun) {
      pool.hour = begun
      pool.clients.clear()
      pool.errors.clear()
    }
    return pool
  }
}

const hourOf = (now: Date): number => Math.floor(now.getTime() / hour) * hour

/** Whether a name is among the first `max` of its set. */
function admits(names: Set<string>, name: string, max: number): boolean {
  if (names.has(name)) return true
  if (names.size >= max) return false
  names.add(name)
  return true
}

function increase({ counts }: CountedPool, count: PoolCount): void {
  const key = `${count.hour} ${count.clientId} ${count.metric} ${count.dimensions}`
  const known = counts.get(key)
  if (known) known.value += count.value
  else counts.set(key, { ...count })
}

/** The counts of this process that are not written yet. */
export const poolCounts = remembered(() => new PoolCounts())

const endings: Record<Result, string[]> = {
  success: ['Successes'],
  failure: ['Failures'],
  // The service counts a throttled request as a failed one.
  throttled: ['Failures', 'Throttles'],
}

/** Counts what happens in pools. */
export function poolMetricsObserver(counts: PoolCounts, now: () => Date): Observer {
  const add = (owner: Observed, metric: string, dimensions: Record<string, string> = {}, value?: number) =>
    counts.add(owner, metric, queryOf(dimensions), now(), value)
  const addResult = (owner: Observed & { result: Result }, name: string, dimensions?: Record<string, string>) => {
    for (const ending of endings[owner.result]) add(owner, name + ending, dimensions)
  }
  return {
    signIn: (facts) => addResult(facts, 'SignIn'),
    challenge: (facts) => addResult(facts, 'Challenge', { ChallengeName: facts.challenge }),
    signUp: (facts) => addResult(facts, 'SignUp'),
    tokenRefresh: (facts) => addResult(facts, 'TokenRefresh'),
    federation: (facts) => addResult(facts, 'Federation', { IdentityProvider: facts.provider }),
    risk(facts) {
      const { operation: Operation, level, compromised, blocked } = facts
      const RiskLevel = level ?? 'High'
      const isRisk = level !== undefined || compromised || blocked
      add(facts, isRisk ? 'Risk' : 'NoRisk', { Operation })
      if (level !== undefined) add(facts, 'AccountTakeoverRisk', { Operation, RiskLevel })
      if (compromised) add(facts, 'CompromisedCredentialRisk', { Operation, RiskLevel })
      if (blocked) add(facts, 'OverrideBlock', { Operation, RiskLevel })
    },
    call(facts) {
      add(facts, 'CallCount', { Resource: facts.category })
      if (facts.result === 'throttled') add(facts, 'ThrottleCount', { Resource: facts.category })
    },
    trigger({ poolId, trigger: Trigger, result, error, milliseconds }) {
      if (poolId === undefined) return
      add({ poolId }, result === 'answered' ? 'TriggerSuccesses' : 'TriggerFailures', { Trigger })
      add({ poolId }, 'TriggerDuration', { Trigger }, Math.round(milliseconds))
      if (error !== undefined)
        add({ poolId }, 'TriggerErrors', { Trigger, Error: counts.errorName(poolId, error, now()) })
    },
    message: (facts) => addResult(facts, 'Message', { Medium: facts.medium }),
  }
}

/** The most frequent cases are none and one. */
function queryOf(dimensions: Record<string, string>): string {
  return Object.entries(dimensions)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}
