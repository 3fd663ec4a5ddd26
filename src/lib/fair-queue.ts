import { StacklessError } from './stackless-error.ts'

/** The owner of a task: a pool, and the client address that asked for it. */
export interface WorkOwner {
  pool?: string
  address?: string
}

/** More work is queued than can be done while callers wait. */
export class QueueFull extends StacklessError {
  override name = 'QueueFull'

  constructor() {
    super('Too much work is waiting')
  }
}

export interface FairQueue {
  /** @throws QueueFull if there is no room, or the wait is too long */
  run<T>(owner: WorkOwner, task: () => Promise<T>): Promise<T>
}

export interface QueueFigures {
  name: string
  running: number
  waiting: number
  /** The age of the oldest waiting task. */
  ageSeconds: number
  refused: number
}

/** By name, for metrics. */
const queues = new Map<string, () => Omit<QueueFigures, 'name'>>()

export const queueFigures = (): QueueFigures[] => [...queues].map(([name, figures]) => ({ name, ...figures() }))

interface Waiter {
  pool: string
  address: string
  since: number
  start(): void
  refuse(): void
}

/**
 * Limits how many tasks run at once and how many wait. Pools take turns, and within a pool its callers' addresses do,
 * so that a caller with many tasks only delays its own. When the queue is full, the longest line drops its last task in
 * favour of one from a shorter line.
 */
export function createFairQueue({
  name,
  running,
  perAddress = running,
  waiting,
  patience,
  pauses = false,
}: {
  /** A queue with a name has metrics. */
  name?: string
  running: number
  /** How many of the running tasks may be of one address: for tasks that wait for something that may be stuck. */
  perAddress?: number
  waiting: number
  /** How long a task may wait, in milliseconds. */
  patience: number
  /** A place is free again only once the event loop has served others: for tasks that keep it busy themselves. */
  pauses?: boolean
}): FairQueue {
  /** By pool, then address. A Map iterates in order of insertion: whoever was served is moved to the end. */
  const pools = new Map<string, Map<string, Waiter[]>>()
  const all = new Set<Waiter>()
  /** How many tasks run, by address. */
  const runningBy = new Map<string, number>()
  let busy = 0
  let sweeper: NodeJS.Timeout | undefined
  let refused = 0

  if (name !== undefined)
    queues.set(name, () => {
      const [oldest] = all
      const ageSeconds = oldest ? (performance.now() - oldest.since) / 1000 : 0
      return { running: busy, waiting: all.size, ageSeconds, refused }
    })

  const mayRun = (address: string): boolean => (runningBy.get(address) ?? 0) < perAddress

  function begin(address: string): void {
    busy++
    runningBy.set(address, (runningBy.get(address) ?? 0) + 1)
  }

  function leave(address: string): void {
    busy--
    const left = runningBy.get(address)! - 1
    if (left > 0) runningBy.set(address, left)
    else runningBy.delete(address)
    const waiter = next()
    if (!waiter) return
    begin(waiter.address)
    waiter.start()
  }

  function next(): Waiter | undefined {
    const turn = whoseTurn()
    if (!turn) return undefined
    const { poolId, address } = turn
    const addresses = pools.get(poolId)!
    const line = addresses.get(address)!
    const waiter = line.shift()!
    pools.delete(poolId)
    addresses.delete(address)
    if (line.length > 0) addresses.set(address, line)
    if (addresses.size > 0) pools.set(poolId, addresses)
    all.delete(waiter)
    return waiter
  }

  function whoseTurn(): { poolId: string; address: string } | undefined {
    for (const [poolId, addresses] of pools)
      for (const address of addresses.keys()) if (mayRun(address)) return { poolId, address }
    return undefined
  }

  function lineOf(pool: string, address: string): Waiter[] {
    const addresses = pools.get(pool) ?? new Map<string, Waiter[]>()
    const line = addresses.get(address) ?? []
    pools.set(pool, addresses.set(address, line))
    return line
  }

  function remove(waiter: Waiter): void {
    const addresses = pools.get(waiter.pool)!
    const line = addresses.get(waiter.address)!
    line.splice(line.indexOf(waiter), 1)
    if (line.length === 0) addresses.delete(waiter.address)
    if (addresses.size === 0) pools.delete(waiter.pool)
    all.delete(waiter)
    waiter.refuse()
  }

  /** False if no line is longer than the newcomer's. */
  function makeRoom(newcomer: { pool: string; address: string }): boolean {
    const own = pools.get(newcomer.pool)?.get(newcomer.address)?.length ?? 0
    let longest: Waiter[] = []
    for (const addresses of pools.values())
      for (const line of addresses.values()) if (line.length > longest.length) longest = line
    if (longest.length <= own + 1) return false
    remove(longest.at(-1)!)
    return true
  }

  function sweep(): void {
    const tooOld = performance.now() - patience
    for (const waiter of all) {
      if (waiter.since > tooOld) break
      remove(waiter)
    }
    if (all.size > 0) return
    clearInterval(sweeper)
    sweeper = undefined
  }

  function wait(owner: WorkOwner): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter: Waiter = {
      pool: owner.pool ?? '',
      address: owner.address ?? '',
      since: performance.now(),
      start: resolve,
      refuse: () => {
        refused++
        reject(new QueueFull())
      },
    }
    if (all.size >= waiting && !makeRoom(waiter)) {
      refused++
      throw new QueueFull()
    }
    lineOf(waiter.pool, waiter.address).push(waiter)
    all.add(waiter)
    sweeper ??= setInterval(sweep, 250).unref()
    return promise
  }

  return {
    async run(owner, task) {
      const address = owner.address ?? ''
      if (busy < running && mayRun(address)) begin(address)
      else await wait(owner)
      try {
        return await task()
      } finally {
        if (pauses) setImmediate(leave, address)
        else leave(address)
      }
    },
  }
}
