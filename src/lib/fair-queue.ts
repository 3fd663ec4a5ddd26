import { StacklessError } from '../model/stackless-error.ts'

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
  start(place: Place): void
  refuse(): void
}

/** One of the places for running tasks. */
interface Place {
  address: string
  /** While the next task of the address must wait. */
  timer?: NodeJS.Timeout
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
  apart = 0,
  together = 1,
  pauses = false,
}: {
  /** A queue with a name has metrics. */
  name?: string
  running: number
  /** How many of the running tasks may be of one address: for tasks that wait for something that may be stuck. */
  perAddress?: number | ((address: string) => number)
  /**
   * A task of an address begins this many milliseconds after the one before, or once it has ended: for tasks that keep
   * the event loop busy unless they wait for something.
   */
  apart?: number
  /** How many tasks of an address may begin within that time. */
  together?: number
  waiting: number
  /** How long a task may wait, in milliseconds. */
  patience: number
  /** A place is free again only once the event loop has served others: for tasks that keep it busy themselves. */
  pauses?: boolean
}): FairQueue {
  /** By pool, then address. A Map iterates in order of insertion: whoever was served is moved to the end. */
  const pools = new Map<string, Map<string, Waiter[]>>()
  const all = new Set<Waiter>()
  /** How many tasks run, by address, and how many of them began just now. */
  const runningBy = new Map<string, { all: number; young: number }>()
  let busy = 0
  let sweeper: NodeJS.Timeout | undefined
  let refused = 0

  if (name !== undefined)
    queues.set(name, () => {
      const [oldest] = all
      const ageSeconds = oldest ? (performance.now() - oldest.since) / 1000 : 0
      return { running: busy, waiting: all.size, ageSeconds, refused }
    })

  function mayRun(address: string): boolean {
    const own = runningBy.get(address)
    if (!own) return true
    const most = typeof perAddress === 'number' ? perAddress : perAddress(address)
    return own.all < most && own.young < together
  }

  function begin(address: string): Place {
    const own = runningBy.get(address) ?? { all: 0, young: 0 }
    runningBy.set(address, own)
    busy++
    own.all++
    if (apart === 0) return { address }
    own.young++
    const place: Place = { address }
    place.timer = setTimeout(() => {
      place.timer = undefined
      own.young--
      startNext()
    }, apart)
    return place
  }

  function leave({ address, timer }: Place): void {
    const own = runningBy.get(address)!
    busy--
    own.all--
    if (timer) {
      clearTimeout(timer)
      own.young--
    }
    if (own.all === 0) runningBy.delete(address)
    startNext()
  }

  function startNext(): void {
    while (busy < running) {
      const waiter = next()
      if (!waiter) return
      waiter.start(begin(waiter.address))
    }
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

  function wait(owner: WorkOwner): Promise<Place> {
    const { promise, resolve, reject } = Promise.withResolvers<Place>()
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
      const place = busy < running && mayRun(address) ? begin(address) : await wait(owner)
      try {
        return await task()
      } finally {
        if (pauses) setImmediate(leave, place)
        else leave(place)
      }
    },
  }
}
