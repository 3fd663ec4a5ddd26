/** Who waits for a connection. */
export interface Waiter<Connection> extends PromiseWithResolvers<Connection> {
  /** Undefined for the server's own work. */
  caller: string | undefined
  /** How many looks it has been waiting for. */
  looks: number
}

export interface ConnectionQueue<Connection> {
  readonly size: number
  /** Whether a caller has less than its share. */
  mayEnter(caller: string | undefined): boolean
  enter(caller: string | undefined): void
  leave(caller: string | undefined): void
  wait(caller: string | undefined): Promise<Connection>
  /** The first, of those whose turn it is, who has less than its share. It leaves the queue. */
  next(): Waiter<Connection> | undefined
  /** One more look; takes out all who have waited for so many before. */
  look(patience: number): Waiter<Connection>[]
  takeAll(): Waiter<Connection>[]
}

/**
 * Who waits for a connection, in a line for each caller; the lines take turns, so that who asks for much waits behind
 * himself. `share` is how many connections one caller may have at once: statements that wait for a lock hold theirs for
 * long, and must not hold all.
 */
export function createConnectionQueue<Connection>(share: number): ConnectionQueue<Connection> {
  /** A map keeps the order of insertion: who was served goes to its end. */
  const lines = new Map<string | undefined, Waiter<Connection>[]>()
  const held = new Map<string, number>()
  let size = 0

  const mayEnter = (caller: string | undefined) => caller === undefined || (held.get(caller) ?? 0) < share

  return {
    get size() {
      return size
    },
    mayEnter,
    enter(caller) {
      if (caller !== undefined) held.set(caller, (held.get(caller) ?? 0) + 1)
    },
    leave(caller) {
      if (caller === undefined) return
      const left = held.get(caller)! - 1
      if (left > 0) held.set(caller, left)
      else held.delete(caller)
    },
    wait(caller) {
      const waiter = { ...Promise.withResolvers<Connection>(), caller, looks: 0 }
      const line = lines.get(caller)
      if (line) line.push(waiter)
      else lines.set(caller, [waiter])
      size++
      return waiter.promise
    },
    next() {
      for (const [caller, line] of lines) {
        if (!mayEnter(caller)) continue
        const waiter = line.shift()!
        lines.delete(caller)
        if (line.length > 0) lines.set(caller, line)
        size--
        return waiter
      }
      return undefined
    },
    look(patience) {
      const late: Waiter<Connection>[] = []
      for (const [caller, line] of lines) {
        while (line[0] && line[0].looks >= patience) late.push(line.shift()!)
        for (const waiter of line) waiter.looks++
        if (line.length === 0) lines.delete(caller)
      }
      size -= late.length
      return late
    },
    takeAll() {
      const all = [...lines.values()].flat()
      lines.clear()
      size = 0
      return all
    },
  }
}
