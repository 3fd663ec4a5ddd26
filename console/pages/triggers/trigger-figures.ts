import type { PoolhouseInput, PoolhouseOutput } from '../../api/wire.ts'

type Metric = PoolhouseOutput<'GetPoolMetrics'>['Metrics'][number]

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** What was counted of one trigger; the errors by when they came last. */
export function figuresOf(trigger: PoolhouseInput<'TestTrigger'>['Trigger'], metrics: readonly Metric[]) {
  const counted = trigger === 'PreTokenGeneration' ? 'TokenGeneration' : trigger
  const own = metrics.filter(({ Dimensions }) => Dimensions.Trigger === counted)
  const totalOf = (name: string) => sum(own.flatMap(({ MetricName, Values }) => (MetricName === name ? Values : [])))
  const failures = totalOf('TriggerFailures')
  const calls = totalOf('TriggerSuccesses') + failures
  const errors = own
    .filter(({ MetricName }) => MetricName === 'TriggerErrors')
    .map(({ Dimensions, Timestamps, Values }) => ({
      name: Dimensions.Error!,
      count: sum(Values),
      last: Timestamps.at(-1)!,
    }))
    .toSorted((one, other) => other.last - one.last)
  return { calls, failures, average: calls > 0 ? Math.round(totalOf('TriggerDuration') / calls) : undefined, errors }
}
