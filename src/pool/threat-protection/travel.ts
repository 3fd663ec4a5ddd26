import type { Context } from '../../context.ts'
import { coordinatesOf, distance } from '../../lib/geo.ts'

/** Kilometres per hour: an airliner's speed, and some tolerance for wrong locations. */
const maxSpeed = 1000
const nearby = 300

interface Stay {
  address: string
  at: Date
}

/** Whether nobody could have travelled between the two places in the time, where both are known. */
export async function isImpossibleTravel({ config }: Pick<Context, 'config'>, from: Stay, to: Stay): Promise<boolean> {
  const [one, other] = await Promise.all([from, to].map(({ address }) => coordinatesOf(config.geoDatabase, address)))
  if (!one || !other) return false
  const hours = (to.at.getTime() - from.at.getTime()) / 3_600_000
  return distance(one, other) > Math.max(nearby, maxSpeed * hours)
}
