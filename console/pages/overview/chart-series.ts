import type { PoolhouseOutput } from '../../api/wire.ts'

export type Metric = PoolhouseOutput<'GetPoolMetrics'>['Metrics'][number]

export interface Range {
  /** In milliseconds. */
  length: number
  period: 'HOUR' | 'DAY'
}

const hour = 3_600_000
const day = 24 * hour

export const ranges = {
  day: { length: day, period: 'HOUR' },
  week: { length: 7 * day, period: 'HOUR' },
  month: { length: 30 * day, period: 'DAY' },
  year: { length: 365 * day, period: 'DAY' },
} as const satisfies Record<string, Range>

export type RangeName = keyof typeof ranges

/** The beginnings of the periods until now, the oldest first. */
export function timesOf({ length, period }: Range, now: number): Date[] {
  const step = period === 'HOUR' ? hour : day
  const last = Math.floor(now / step) * step
  return Array.from({ length: length / step + 1 }, (_, index) => new Date(last - length + index * step))
}

export interface Point {
  x: Date
  y: number
}

/** A metric over time, whatever its dimensions: where nothing was counted, that is nought. */
export function pointsOf(metrics: readonly Metric[], times: readonly Date[]): Point[] {
  const sums = new Map<number, number>()
  for (const { Timestamps, Values } of metrics)
    for (const [index, time] of Timestamps.entries())
      sums.set(time * 1000, (sums.get(time * 1000) ?? 0) + Values[index]!)
  return times.map((x) => ({ x, y: sums.get(x.getTime()) ?? 0 }))
}

export const totalOf = (metrics: readonly Metric[]): number =>
  metrics.flatMap(({ Values }) => Values).reduce((sum, value) => sum + value, 0)

/** The totals of a metric by one of its dimensions, the largest first. */
export function totalsBy(metrics: readonly Metric[], dimension: string): [name: string, total: number][] {
  const groups = Map.groupBy(metrics, ({ Dimensions }) => Dimensions[dimension] ?? '')
  const totals = [...groups].map(([name, group]): [string, number] => [name, totalOf(group)])
  return totals.toSorted(([, a], [, b]) => b - a)
}
