import { createFairQueue } from './fair-queue.ts'

/** How many requests begin in one turn of the event loop; and of one network, if it may send few. */
const perTurn = 32
const leastPerNetwork = 2

/** A network begins at most what it may send in this many seconds. */
const span = 0.01

const nothing = async () => {}

/**
 * Resolves when a request of a network may begin. In one turn of the event loop only a few of each do: hundreds that
 * come at once would hold up everybody else until the last of them has begun. What waits is bounded by the number of
 * connections.
 *
 * @param rate how many requests a network may send per second
 */
export function createFairStart(rate: number): (network: string) => Promise<void> {
  const perAddress = Math.max(leastPerNetwork, Math.ceil(rate * span))
  const queue = createFairQueue({
    running: Math.max(perTurn, 2 * perAddress),
    perAddress,
    waiting: Number.POSITIVE_INFINITY,
    patience: Number.POSITIVE_INFINITY,
    pauses: true,
  })
  return (network) => queue.run({ address: network }, nothing)
}
