import type { Context } from '../../context.ts'
import { coordinatesOf, distance } from '../../lib/geo.ts'

/** Nobody is faster than an airliner, and databases are wrong by some way. */
const fastest = 1000
const nearby = 300

interface Stay {
  address: string
  at: Date
}

/** Whether nobody can have come from one place to the other in the time between, as far as both are known. */
export async function isImpossibleTravel({ config }: Pick<Context, 'config'>, from: Stay, to: Stay): Promise<boolean> {
  const [one, other] = await Promise.all([from, to].map(({ address }) => coordinatesOf(config.geoDatabase, address)))
  if (!one || !other) return false
  const hours = (to.at.getTime() - from.at.getTime()) / 3_600_000
  return distance(one, other) > Math.max(nearby, fastest * hours)
}
