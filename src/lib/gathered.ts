import { AsyncLocalStorage } from 'node:async_hooks'

export interface GatheredOptions<Item> {
  /** Items of one group can be worked on together. */
  group(item: Item): string
  /** No batch has two items with the same key. */
  key?(item: Item): string
  /** Max items in a batch. */
  max?: number
}

/** Milliseconds after which a batch that is still under way no longer keeps others waiting. */
const patience = 50

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

interface Group<Item, Result> {
  /** Batches under way that others wait for. */
  running: number
  /** The next batch begins at the end of this turn of the event loop. */
  isDue: boolean
  waiting: Waiting<Item, Result>[]
  /** Works in the context of the request that has waited longest. */
  within: <T>(work: () => T) => T
}

/**
 * Work of one kind that costs less for many items at once. An item that finds nothing under way is worked on together
 * with those that come in the same turn of the event loop; those that come meanwhile gather for the next batch. So there
 * is nobody to wait for on an idle server, and the busier a server is, the larger its batches.
 *
 * @param work resolves to one result for each item, in their order; if it fails, it fails for all of them
 */
export function gathered<Item, Result>(
  work: (items: Item[]) => Promise<Result[]>,
  { group: groupOf, key, max = Number.POSITIVE_INFINITY }: GatheredOptions<Item>,
): (item: Item) => Promise<Result> {
  const groups = new Map<string, Group<Item, Result>>()

  function next(name: string, group: Group<Item, Result>): void {
    if (group.running > 0 || group.isDue) return
    if (group.waiting.length === 0) {
      groups.delete(name)
      return
    }
    group.isDue = true
    setImmediate(() => {
      group.isDue = false
      group.within(() => run(name, group, takeBatch(group)))
    })
  }

  function takeBatch(group: Group<Item, Result>): Waiting<Item, Result>[] {
    const batch = new Map<unknown, Waiting<Item, Result>>()
    const left: Waiting<Item, Result>[] = []
    for (const waiter of group.waiting) {
      const id = key ? key(waiter.item) : waiter
      if (batch.size === max || batch.has(id)) left.push(waiter)
      else batch.set(id, waiter)
    }
    group.waiting = left
    return [...batch.values()]
  }

  async function run(name: string, group: Group<Item, Result>, batch: Waiting<Item, Result>[]): Promise<void> {
    group.running++
    let isWaitedFor = true
    const pass = () => {
      if (!isWaitedFor) return
      isWaitedFor = false
      group.running--
      next(name, group)
    }
    const timer = setTimeout(pass, patience)
    try {
      const results = await work(batch.map(({ item }) => item))
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      clearTimeout(timer)
      pass()
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const waiter = { item, resolve, reject }
      const name = groupOf(item)
      const group = groups.get(name) ?? { running: 0, isDue: false, waiting: [], within: here }
      groups.set(name, group)
      // The batch of an item that starts it has its context anyway.
      if (group.waiting.length === 0) group.within = group.running > 0 ? AsyncLocalStorage.snapshot() : here
      group.waiting.push(waiter)
      next(name, group)
    })
}

const here = <T>(work: () => T): T => work()
