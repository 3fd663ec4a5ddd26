import BarChart from '@cloudscape-design/components/bar-chart'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import LineChart from '@cloudscape-design/components/line-chart'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo } from 'react'
import { usePoolhouse } from '../../api/queries.ts'
import { useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import {
  type Metric,
  pointsOf,
  type Range,
  type RangeName,
  ranges,
  timesOf,
  totalOf,
  totalsBy,
} from './chart-series.ts'

const t = texts.overview.activity
const chartHeight = 180
/** New counts are shown while one looks on. */
const refreshEvery = 30_000

interface ChartProps {
  metrics: readonly Metric[]
  times: readonly Date[]
  range: Range
}

/** What the pool's users did, over the time that the address names. */
export default function Activity({ poolId }: { poolId: string }) {
  const [{ range: named }, setQuery] = useQueryParams()
  const name: RangeName = named !== undefined && Object.hasOwn(ranges, named) ? (named as RangeName) : 'day'
  const range = ranges[name]
  // The same until the next minute, so that what was read is not read again.
  const minute = Math.ceil(Date.now() / 60_000)
  const times = useMemo(() => timesOf(range, minute * 60_000), [range, minute])
  const query = usePoolhouse(
    'GetPoolMetrics',
    {
      UserPoolId: poolId,
      StartTime: times[0]!.getTime() / 1000,
      EndTime: minute * 60,
      Period: range.period,
    },
    { refetchInterval: refreshEvery, placeholderData: (before) => before },
  )
  const metrics = query.data?.Metrics ?? []
  const shown = { metrics, times, range }
  return (
    <Part
      title={t.title}
      query={query}
      actions={
        <SegmentedControl
          label={t.range}
          selectedId={name}
          options={(Object.keys(ranges) as RangeName[]).map((id) => ({ id, text: t.ranges[id] }))}
          onChange={({ detail }) => setQuery({ range: detail.selectedId })}
        />
      }
    >
      <ColumnLayout columns={2}>
        <Lines {...shown} title={t.signIns} names={['SignInSuccesses', 'SignInFailures']} />
        <Lines {...shown} title={t.signUps} names={['SignUpSuccesses', 'SignUpFailures']} />
        <Factors {...shown} />
        <Lines {...shown} title={t.tokens} names={['TokenRefreshSuccesses', 'TokenRefreshFailures']} />
        <Lines {...shown} title={t.messages} names={['MessageSuccesses', 'MessageFailures']} />
        <Lines {...shown} title={t.calls} names={['CallCount', 'ThrottleCount']} />
      </ColumnLayout>
    </Part>
  )
}

type MetricName = keyof typeof t.metrics

function Lines({ metrics, times, range, title, names }: ChartProps & { title: string; names: MetricName[] }) {
  const series = names.map((name) => {
    const own = metrics.filter(({ MetricName }) => MetricName === name)
    return { name, total: totalOf(own), points: pointsOf(own, times) }
  })
  const most = Math.max(1, ...series.flatMap(({ points }) => points.map(({ y }) => y)))
  const format = formatOf(range)
  const said = series.map(({ name, total }) => `${t.metrics[name]}: ${total}`).join(', ')
  return (
    <SpaceBetween size="xs">
      <h3>{title}</h3>
      <LineChart<Date>
        hideFilter
        height={chartHeight}
        xScaleType="time"
        xDomain={[times[0]!, times.at(-1)!]}
        yDomain={[0, most]}
        ariaLabel={title}
        ariaDescription={said}
        i18nStrings={{
          ...chartTexts,
          legendAriaLabel: t.legend(title),
          xTickFormatter: (time) => format.format(time),
          yTickFormatter: wholeNumber,
        }}
        series={series.map(({ name, total, points }) => ({
          type: 'line',
          title: `${t.metrics[name]} (${total.toLocaleString()})`,
          data: points,
        }))}
      />
    </SpaceBetween>
  )
}

/** What people proved themselves with. */
function Factors({ metrics }: ChartProps) {
  const byName = new Map<string, number>()
  for (const [challenge, total] of totalsBy(
    metrics.filter(({ MetricName }) => MetricName === 'ChallengeSuccesses'),
    'ChallengeName',
  )) {
    // Others are steps on the way to a factor.
    const name = t.proofs[challenge] ?? texts.user.factorNames[challenge]
    if (name === undefined) continue
    byName.set(name, (byName.get(name) ?? 0) + total)
  }
  const totals = [...byName].sort(([, a], [, b]) => b - a)
  return (
    <SpaceBetween size="xs">
      <h3>{t.factors}</h3>
      {totals.length === 0 ? (
        <p className="quiet">{t.nothing}</p>
      ) : (
        <BarChart<string>
          hideFilter
          hideLegend
          horizontalBars
          height={Math.min(chartHeight, 60 + 40 * totals.length)}
          xScaleType="categorical"
          yDomain={[0, totals[0]![1]]}
          xDomain={totals.map(([name]) => name)}
          ariaLabel={t.factors}
          ariaDescription={totals.map(([name, total]) => `${name}: ${total}`).join(', ')}
          i18nStrings={{ ...chartTexts, yTickFormatter: wholeNumber }}
          series={[{ type: 'bar', title: t.factors, data: totals.map(([x, y]) => ({ x, y })) }]}
        />
      )}
    </SpaceBetween>
  )
}

const wholeNumber = (value: number) => (Number.isInteger(value) ? value.toLocaleString() : '')

const chartTexts = {
  chartAriaRoleDescription: t.chart,
  xAxisAriaRoleDescription: t.xAxis,
  yAxisAriaRoleDescription: t.yAxis,
  detailPopoverDismissAriaLabel: texts.common.close,
}

const formatOf = ({ length, period }: Range) =>
  new Intl.DateTimeFormat(undefined, {
    ...(period === 'DAY' || length > 86_400_000 ? { month: 'short', day: 'numeric' } : {}),
    ...(period === 'HOUR' ? { hour: 'numeric', minute: '2-digit' } : {}),
  })
