import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { control } from '../../api/control.ts'
import { queryClient } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { Text } from '../../ui/fields.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { useAction } from '../../ui/use-action.ts'

const t = texts.devTools
const path = '/_poolhouse/clock'
const readEvery = 5000

interface State {
  now: string
  offsetSeconds: number
}

const steps = { hour: { hours: 1 }, day: { days: 1 }, month: { days: 30 } } as const

export function Clock() {
  const [time, setTime] = useState('')
  const [run, busy] = useAction()
  const query = useQuery({
    queryKey: [path],
    queryFn: () => control<State>('GET', path),
    refetchInterval: readEvery,
    retry: false,
  })
  const move = (change: object) =>
    run(async () => {
      await control('POST', path, change)
      // Everything that is shown may be older now.
      await queryClient.invalidateQueries()
    }, t.moved)
  return (
    <Part title={t.clock} lead={t.clockLead} query={query}>
      <SpaceBetween size="m">
        {query.data ? (
          <p>
            {t.now}: <Time at={Date.parse(query.data.now) / 1000} />, {difference(query.data.offsetSeconds)}
          </p>
        ) : null}
        <SpaceBetween direction="horizontal" size="xs">
          {(Object.keys(steps) as (keyof typeof steps)[]).map((step) => (
            <Button key={step} disabled={busy} onClick={() => move({ advance: steps[step] })}>
              {t.advance[step]}
            </Button>
          ))}
          <Button disabled={busy} onClick={() => move({ reset: true })}>
            {t.reset}
          </Button>
        </SpaceBetween>
        <div className="field-and-button">
          <Text label={t.set} value={time} onChange={setTime} />
          <Button disabled={busy || Number.isNaN(Date.parse(time))} onClick={() => move({ set: time.trim() })}>
            {t.setButton}
          </Button>
        </div>
      </SpaceBetween>
    </Part>
  )
}

function difference(offset: number): string {
  const total = Math.round(Math.abs(offset))
  if (total === 0) return t.real
  const parts = [
    [Math.floor(total / 86_400), t.units.day],
    [Math.floor(total / 3600) % 24, t.units.hour],
    [Math.floor(total / 60) % 60, t.units.minute],
    [total % 60, t.units.second],
  ] as const
  const text = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
  return offset > 0 ? t.ahead(text) : t.behind(text)
}
