import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useMay } from '../../api/permissions.ts'
import { usePoolhouse } from '../../api/queries.ts'
import type { PoolhouseInput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { TestTrigger } from './test-trigger.tsx'
import { figuresOf } from './trigger-figures.ts'
import { plainTriggers, type TriggerSettings, versionedTriggers } from './trigger-settings.ts'

const t = texts.triggers
const a = t.activity
const week = 7 * 24 * 3600
const refreshEvery = 30_000

export type Trigger = PoolhouseInput<'TestTrigger'>['Trigger']

const triggers = [
  ...plainTriggers.filter((name) => name !== 'KMSKeyID'),
  'PreTokenGeneration',
  ...versionedTriggers,
] as const satisfies Trigger[]

/** The functions that the pool has, how they did lately, and a way to try each. */
export function TriggerActivity({ UserPoolId, functions }: { UserPoolId: string; functions: TriggerSettings }) {
  const may = useMay('poolhouse:GetPoolMetrics', 'poolhouse:TestTrigger')
  const [tested, setTested] = useState<Trigger>()
  const minute = Math.ceil(Date.now() / 60_000)
  const query = usePoolhouse(
    'GetPoolMetrics',
    { UserPoolId, StartTime: minute * 60 - week, EndTime: minute * 60, Period: 'HOUR' },
    {
      enabled: may('poolhouse:GetPoolMetrics'),
      refetchInterval: refreshEvery,
      placeholderData: (before) => before,
    },
  )
  const items = triggers
    .filter((trigger) => functions[trigger] !== '')
    .map((trigger) => ({ trigger, ...figuresOf(trigger, query.data?.Metrics ?? []) }))
  if (items.length === 0) return null
  const label = (trigger: Trigger) => t.fields[trigger]!
  return (
    <Part title={a.title} lead={a.lead}>
      <Table
        variant="embedded"
        wrapLines
        items={items}
        trackBy="trigger"
        ariaLabels={{ tableLabel: a.title }}
        columnDefinitions={[
          { id: 'trigger', header: a.trigger, isRowHeader: true, minWidth: 150, cell: ({ trigger }) => label(trigger) },
          { id: 'function', header: a.function, cell: ({ trigger }) => nameIn(functions[trigger]) },
          ...(may('poolhouse:GetPoolMetrics')
            ? [
                { id: 'calls', header: a.calls, cell: (row: Row) => row.calls.toLocaleString() },
                { id: 'failures', header: a.failures, cell: (row: Row) => row.failures.toLocaleString() },
                {
                  id: 'latency',
                  header: a.latency,
                  cell: ({ average }: Row) => (average === undefined ? texts.common.none : a.milliseconds(average)),
                },
                {
                  id: 'errors',
                  minWidth: 220,
                  header: a.errors,
                  cell: ({ errors }: Row) => <Errors errors={errors} />,
                },
              ]
            : []),
          ...(may('poolhouse:TestTrigger')
            ? [
                {
                  id: 'test',
                  minWidth: 90,
                  header: <span className="unseen">{a.test}</span>,
                  cell: ({ trigger }: Row) => (
                    <Button
                      variant="inline-link"
                      ariaLabel={a.testOf(label(trigger))}
                      onClick={() => setTested(trigger)}
                    >
                      {a.testShort}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {tested ? (
        <TestTrigger
          UserPoolId={UserPoolId}
          trigger={tested}
          label={label(tested)}
          onClose={() => setTested(undefined)}
        />
      ) : null}
    </Part>
  )
}

type Row = ReturnType<typeof figuresOf> & { trigger: Trigger }

const maxErrors = 3

function Errors({ errors }: Pick<Row, 'errors'>) {
  if (errors.length === 0) return texts.common.none
  return errors.slice(0, maxErrors).map(({ name, count, last }) => (
    <Box key={name}>
      {a.error(name, count)} <small className="quiet">{<Time at={last} />}</small>
    </Box>
  ))
}

/** The name in `arn:aws:lambda:REGION:ACCOUNT:function:NAME`. */
const nameIn = (arn: string) => arn.split(':').slice(6).join(':') || arn
