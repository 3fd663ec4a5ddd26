import { InvalidParameter } from '../../../model/errors.ts'
import type { PoolMetric } from '../../../model/poolhouse-operations.ts'
import { requirePool } from '../../../pool/pools/pool.ts'
import { readRecent } from '../../../store/read-replica.ts'
import type { OwnHandler } from '../../handler.ts'
import { flushCounts } from '../flush-counts.ts'
import { type PoolMetricRow, readCounts } from '../pool-metric-store.ts'

const hour = 3_600_000
const periods = {
  HOUR: { unit: 'hour', length: hour, max: 31 * 24 },
  DAY: { unit: 'day', length: 24 * hour, max: 366 },
} as const

/** Writes the counts of this process first; other processes write theirs every half minute. */
export const getPoolMetrics: OwnHandler<'GetPoolMetrics'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const { unit, length, max } = periods[input.Period]
  const from = Math.floor(input.StartTime.getTime() / length) * length
  const to = input.EndTime.getTime()
  if (to <= input.StartTime.getTime()) throw new InvalidParameter('EndTime must be later than StartTime.')
  if (to - from > max * length)
    throw new InvalidParameter(`With the period ${input.Period} a call answers at most ${max} ${unit}s.`)

  await flushCounts(ctx)
  const owner = { poolId: pool.id, clientId: input.ClientId ?? '' }
  const rows = await readRecent(ctx, (db) => readCounts(db, owner, { from: new Date(from), to: new Date(to), unit }))
  return { Metrics: seriesOf(rows) }
}

function seriesOf(rows: PoolMetricRow[]): PoolMetric[] {
  const series = Map.groupBy(rows, ({ metric, dimensions }) => `${metric}?${dimensions}`)
  return [...series.values()].map((points) => {
    const { metric, dimensions } = points[0]!
    return {
      MetricName: metric,
      Dimensions: Object.fromEntries(new URLSearchParams(dimensions)),
      Timestamps: points.map(({ time }) => time),
      Values: points.map(({ value }) => Number(value)),
    }
  })
}
