import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { control } from '../../api/control.ts'
import { queryClient } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { Quantity, Text } from '../../ui/fields.tsx'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'

const t = texts.devTools
const path = '/_poolhouse/faults'
const readEvery = 5000

interface Fault {
  type?: string
  delay?: number
  times?: number
}

const orNothing = (number: number) => (Number.isNaN(number) ? undefined : number)

export function Faults() {
  const [operation, setOperation] = useState('')
  const [type, setType] = useState('TooManyRequestsException')
  const [delay, setDelay] = useState(Number.NaN)
  const [times, setTimes] = useState(1)
  const [run, busy] = useAction()
  const query = useQuery({
    queryKey: [path],
    queryFn: () => control<Record<string, Fault>>('GET', path),
    refetchInterval: readEvery,
    retry: false,
  })
  const change = (work: () => Promise<unknown>, done: string) =>
    run(async () => {
      await work()
      await queryClient.invalidateQueries({ queryKey: [path] })
    }, done)
  const fault = {
    operation: operation.trim(),
    ...(type.trim() !== '' && { type: type.trim() }),
    delay: orNothing(delay),
    times: orNothing(times),
  }
  const items = Object.entries(query.data ?? {}).map(([name, of]) => ({ name, ...of }))
  return (
    <Part title={t.faults} lead={t.faultsLead} query={query}>
      <SpaceBetween size="m">
        <ColumnLayout columns={4}>
          <Text label={t.operation} hint={t.operationHint} value={operation} onChange={setOperation} />
          <Text label={t.type} hint={t.typeHint} value={type} onChange={setType} />
          <Quantity label={t.delay} value={delay} onChange={setDelay} />
          <Quantity label={t.times} hint={t.timesHint} value={times} onChange={setTimes} />
        </ColumnLayout>
        <Button
          disabled={busy || fault.operation === '' || (fault.type === undefined && fault.delay === undefined)}
          onClick={() => change(() => control('POST', path, fault), t.injected(fault.operation))}
        >
          {t.inject}
        </Button>
        <Table
          variant="embedded"
          items={items}
          trackBy="name"
          empty={t.noFaults}
          ariaLabels={{ tableLabel: t.faults }}
          columnDefinitions={[
            { id: 'operation', header: t.operation, isRowHeader: true, cell: ({ name }) => name },
            { id: 'type', header: t.type, cell: (row) => row.type ?? texts.common.none },
            { id: 'delay', header: t.delay, cell: (row) => row.delay ?? texts.common.none },
            { id: 'times', header: t.times, cell: (row) => row.times ?? t.always },
            {
              id: 'clear',
              header: <span className="unseen">{t.clear}</span>,
              cell: ({ name }) => (
                <Button
                  variant="inline-link"
                  ariaLabel={t.clearOf(name)}
                  onClick={() => change(() => control('DELETE', `${path}?operation=${name}`), t.cleared)}
                >
                  {t.clear}
                </Button>
              ),
            },
          ]}
        />
      </SpaceBetween>
    </Part>
  )
}
