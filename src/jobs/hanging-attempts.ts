import type { WayOut } from '../delivery/outbox-signals.ts'
import type { Exclusions } from '../delivery/outbox-store.ts'

type Medium = WayOut['medium']

/** How many attempts may hang at once; then no more are begun until one ends. */
const maxByMedium = 10
const maxByPool = 5

/**
 * Attempts to deliver that hang: of a medium's transport, for all pools, or of the function of one pool. They are counted
 * so that the others go on.
 */
export interface HangingAttempts {
  readonly size: number
  /** Returns what to call when the attempt has ended. */
  add(way: Partial<WayOut>): () => void
  /** Whether no more attempts should be begun for such a message. */
  isBlocked(message: WayOut): boolean
  isAnyBlocked(): boolean
  blocked(): Exclusions
}

export function createHangingAttempts(): HangingAttempts {
  const byMedium = new Map<Medium, number>()
  const byPool = new Map<string, number>()
  let size = 0

  const blocked = (): Exclusions => ({
    mediums: reaching(byMedium, maxByMedium),
    pools: reaching(byPool, maxByPool),
  })

  function change({ medium, poolId }: Partial<WayOut>, by: 1 | -1): void {
    size += by
    if (medium) addTo(byMedium, medium, by)
    if (poolId) addTo(byPool, poolId, by)
  }

  return {
    get size() {
      return size
    },
    add(way) {
      change(way, 1)
      return () => change(way, -1)
    },
    isBlocked({ medium, poolId }) {
      const { mediums, pools } = blocked()
      return mediums.includes(medium) || pools.includes(poolId)
    },
    isAnyBlocked() {
      const { mediums, pools } = blocked()
      return mediums.length > 0 || pools.length > 0
    },
    blocked,
  }
}

const reaching = <Key>(counts: Map<Key, number>, max: number): Key[] =>
  [...counts].filter(([, count]) => count >= max).map(([key]) => key)

function addTo<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  const count = (counts.get(key) ?? 0) + by
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
}
