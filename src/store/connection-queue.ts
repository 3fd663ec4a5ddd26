/** A caller's request for a connection. */
export interface Waiter<Connection> extends PromiseWithResolvers<Connection> {
  /** Undefined for the server's own work. */
  caller: string | undefined
  /** How many ticks it has been waiting for. */
  ticks: number
}

export interface ConnectionQueue<Connection> {
  readonly size: number
  /** Whether the caller has fewer connections than its share. */
  mayEnter(caller: string | undefined): boolean
  enter(caller: string | undefined): void
  leave(caller: string | undefined): void
  wait(caller: string | undefined): Promise<Connection>
  /** Removes and returns the next waiter whose caller has fewer connections than its share. */
  next(): Waiter<Connection> | undefined
  /** Counts a tick; removes and returns the waiters that have waited for `maxTicks` before. */
  tick(maxTicks: number): Waiter<Connection>[]
  takeAll(): Waiter<Connection>[]
}

/**
 * A queue for connections, with a queue for each caller. The queues take turns, so a caller with many requests delays
 * only itself. `share` is how many connections one caller may have at once: statements that wait for a lock occupy
 * theirs for long, and must not occupy all.
 */
export function createConnectionQueue<Connection>(share: number): ConnectionQueue<Connection> {
  /** A map keeps insertion order: after a turn, the caller's queue moves to the end. */
  const queues = new Map<string | undefined, Waiter<Connection>[]>()
  const connectionsOf = new Map<string, number>()
  let size = 0

  const mayEnter = (caller: string | undefined) => caller === undefined || (connectionsOf.get(caller) ?? 0) < share

  return {
    get size() {
      return size
    },
    mayEnter,
    enter(caller) {
      if (caller !== undefined) connectionsOf.set(caller, (connectionsOf.get(caller) ?? 0) + 1)
    },
    leave(caller) {
      if (caller === undefined) return
      const left = connectionsOf.get(caller)! - 1
      if (left > 0) connectionsOf.set(caller, left)
      else connectionsOf.delete(caller)
    },
    wait(caller) {
      const waiter = { ...Promise.withResolvers<Connection>(), caller, ticks: 0 }
      const queue = queues.get(caller)
      if (queue) queue.push(waiter)
      else queues.set(caller, [waiter])
      size++
      return waiter.promise
    },
    next() {
      for (const [caller, queue] of queues) {
        if (!mayEnter(caller)) continue
        const waiter = queue.shift()!
        queues.delete(caller)
        if (queue.length > 0) queues.set(caller, queue)
        size--
        return waiter
      }
      return undefined
    },
    tick(maxTicks) {
      const late: Waiter<Connection>[] = []
      for (const [caller, queue] of queues) {
        while (queue[0] && queue[0].ticks >= maxTicks) late.push(queue.shift()!)
        for (const waiter of queue) waiter.ticks++
        if (queue.length === 0) queues.delete(caller)
      }
      size -= late.length
      return late
    },
    takeAll() {
      const all = [...queues.values()].flat()
      queues.clear()
      size = 0
      return all
    },
  }
}
