import { laneOf, type WayOut } from '../delivery/outbox-signals.ts'

/** Max hanging attempts per lane; beyond it no attempt is started there until one ends. */
const maxByTransport = 10
const maxByFunction = 5

/** Attempts to deliver that hang, counted by lane so that the other lanes go on. */
export interface HangingAttempts {
  readonly size: number
  /** Returns a function to call when the attempt has ended. */
  add(way: WayOut): () => void
  /** Whether attempts at such a message should not be started now. */
  isBlocked(message: WayOut): boolean
  isAnyBlocked(): boolean
  blockedLanes(): string[]
}

export function createHangingAttempts(): HangingAttempts {
  const lanes = new Map<string, { count: number; max: number }>()
  let size = 0

  const blockedLanes = () => [...lanes].filter(([, { count, max }]) => count >= max).map(([lane]) => lane)

  function remove(name: string): void {
    size--
    const lane = lanes.get(name)!
    lane.count--
    if (lane.count === 0) lanes.delete(name)
  }

  return {
    get size() {
      return size
    },
    add(way) {
      size++
      const name = laneOf(way)
      const lane = lanes.get(name) ?? { count: 0, max: way.byFunction ? maxByFunction : maxByTransport }
      lane.count++
      lanes.set(name, lane)
      return () => remove(name)
    },
    isBlocked: (message) => blockedLanes().includes(laneOf(message)),
    isAnyBlocked: () => blockedLanes().length > 0,
    blockedLanes,
  }
}
