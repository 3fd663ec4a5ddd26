import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { cognito } from '../../api/call.ts'
import { useReadablePool } from '../../api/readable-pool.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import type { Shown } from './user-type.ts'

const t = texts.user

type Event = NonNullable<CognitoOutput<'AdminListUserAuthEvents'>['AuthEvents']>[number]

const kinds = { Pass: 'success', Fail: 'error', InProgress: 'in-progress' } as const

export function Events({ UserPoolId, Username }: Shown) {
  const { pool, isKnown } = useReadablePool(UserPoolId)
  const isOff = pool !== undefined && (pool.UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF') === 'OFF'
  const paged = usePaged<Event>(
    ['AdminListUserAuthEvents', UserPoolId, Username],
    async (NextToken) => {
      const input = { UserPoolId, Username, MaxResults: 20, NextToken }
      const { AuthEvents = [], NextToken: next } = await cognito('AdminListUserAuthEvents', input)
      return { items: AuthEvents, next }
    },
    { param: 'events', enabled: isKnown && !isOff },
  )
  return (
    <Part title={t.events} query={paged.query} off={t.noEvents} isOff={isOff}>
      <PagedTable
        paged={paged}
        variant="embedded"
        label={t.events}
        idOf={({ EventId }) => EventId!}
        empty={t.noEvents}
        columnDefinitions={[
          {
            id: 'event',
            header: t.event,
            isRowHeader: true,
            cell: ({ EventType = '' }) => t.eventTypes[EventType] ?? EventType,
          },
          {
            id: 'result',
            header: t.result,
            cell: ({ EventResponse = 'InProgress' }) => (
              <StatusIndicator type={kinds[EventResponse]}>{t.results[EventResponse]}</StatusIndicator>
            ),
          },
          { id: 'time', header: t.time, cell: ({ CreationDate }) => <Time at={CreationDate} /> },
          { id: 'risk', header: t.risk, cell: riskOf },
          { id: 'place', header: t.place, cell: placeOf },
          { id: 'device', header: t.device, cell: (event) => event.EventContextData?.DeviceName ?? texts.common.none },
        ]}
      />
    </Part>
  )
}

const riskOf = ({ EventRisk }: Event): string =>
  [EventRisk?.RiskDecision, EventRisk?.RiskLevel].filter(Boolean).join(', ') || texts.common.none

function placeOf({ EventContextData }: Event): string {
  const { City, Country, IpAddress } = EventContextData ?? {}
  return [City, Country, IpAddress].filter(Boolean).join(', ') || texts.common.none
}
