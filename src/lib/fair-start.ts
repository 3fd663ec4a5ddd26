import type { Standing } from './caller-limits.ts'
import { createFairQueue } from './fair-queue.ts'

/** How many requests begin in one turn of the event loop; and of one network, if it may send few. */
const perTurn = 32
const leastPerNetwork = 2

/** A network begins at most what it may send in this many seconds. */
const span = 0.01

/** How many requests of a loud network are under way, not counting those that have waited this long, in milliseconds. */
const ofLoud = { underWay: 4, waiting: 50 }

const nothing = async () => {}
const endless = { waiting: Number.POSITIVE_INFINITY, patience: Number.POSITIVE_INFINITY, pauses: true }

/**
 * Runs a request of a network when it may begin. In one turn of the event loop only a few of each do: hundreds that
 * come at once would hold up everybody else until the last of them has begun. A network that has used half of what it
 * may send at once is loud: of it fewer begin, and few are under way at a time, so that each turn is short. What waits is
 * bounded by the number of connections.
 *
 * @param rate how many requests a network may send per second
 */
export function createFairStart(
  rate: number,
  standingOf: (network: string) => Standing,
): <T>(network: string, request: () => Promise<T>) => Promise<T> {
  const isLoud = ({ remaining, limit }: Standing) => remaining < limit / 2
  const most = Math.max(leastPerNetwork, Math.ceil(rate * span))
  const starts = createFairQueue({
    running: Math.max(perTurn, 2 * most),
    perAddress: (network) => (isLoud(standingOf(network)) ? Math.ceil(most / 2) : most),
    ...endless,
  })
  const loud = createFairQueue({
    running: Number.POSITIVE_INFINITY,
    together: Math.max(ofLoud.underWay, most),
    apart: ofLoud.waiting,
    ...endless,
  })
  return async (network, request) => {
    await starts.run({ address: network }, nothing)
    const standing = standingOf(network)
    // A refusal costs little, and then waits for long.
    return standing.allowed && isLoud(standing) ? loud.run({ address: network }, request) : request()
  }
}
