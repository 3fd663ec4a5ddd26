import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { TableProps } from '@cloudscape-design/components/table'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { useReadablePool } from '../../api/readable-pool.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { PagedTable } from '../../ui/paged-table.tsx'
import { isOffRefusal, Part } from '../../ui/part.tsx'
import { Time, timeText } from '../../ui/time.tsx'
import { useAction } from '../../ui/use-action.ts'
import { usePaged } from '../../ui/use-paged.ts'
import type { Shown } from './user-type.ts'

const t = texts.user
const feedbackAction = 'cognito-idp:AdminUpdateAuthEventFeedback'

type Event = NonNullable<CognitoOutput<'AdminListUserAuthEvents'>['AuthEvents']>[number]
type Feedback = keyof typeof t.feedbackValues

const feedbacks = Object.keys(t.feedbackValues) as Feedback[]
const kinds = { Pass: 'success', Fail: 'error', InProgress: 'in-progress' } as const

export function Events({ UserPoolId, Username }: Shown) {
  const may = useMay(feedbackAction)
  const [run, busy] = useAction()
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
  const give = async ({ EventId }: Event, FeedbackValue: Feedback) => {
    await cognito('AdminUpdateAuthEventFeedback', { UserPoolId, Username, EventId: EventId!, FeedbackValue })
    await refresh('AdminListUserAuthEvents')
  }
  const feedbackColumn: TableProps.ColumnDefinition<Event> = {
    id: 'give-feedback',
    header: <span className="unseen">{texts.common.actions}</span>,
    cell: (event) => (
      <SpaceBetween size="xxs">
        {feedbacks
          .filter((value) => value !== event.EventFeedback?.FeedbackValue)
          .map((value) => (
            <Button
              key={value}
              variant="inline-link"
              disabled={busy}
              ariaLabel={t.giveFeedback[value](nameOf(event))}
              onClick={() => void run(() => give(event, value), t.feedbackGiven)}
            >
              {t.feedbackValues[value]}
            </Button>
          ))}
      </SpaceBetween>
    ),
  }
  return (
    <Part title={t.events} off={t.noEvents} isOff={isOff || isOffRefusal(paged.error)}>
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
            cell: kindOf,
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
          { id: 'feedback', header: t.feedback, cell: feedbackOf },
          ...(may(feedbackAction) ? [feedbackColumn] : []),
        ]}
      />
    </Part>
  )
}

const kindOf = ({ EventType: kind }: Event): string => (kind && (t.eventTypes[kind] ?? kind)) ?? texts.common.none

const nameOf = (event: Event): string => `${kindOf(event)}, ${timeText(event.CreationDate!)}`

function feedbackOf({ EventFeedback }: Event) {
  if (!EventFeedback) return texts.common.none
  const { FeedbackValue, Provider = '' } = EventFeedback
  return (
    <>
      <StatusIndicator type={FeedbackValue === 'Valid' ? 'success' : 'error'}>
        {t.feedbackValues[FeedbackValue!]}
      </StatusIndicator>
      <div>{t.feedbackBy[Provider] ?? Provider}</div>
    </>
  )
}

const riskOf = ({ EventRisk }: Event): string =>
  [EventRisk?.RiskDecision, EventRisk?.RiskLevel].filter(Boolean).join(', ') || texts.common.none

function placeOf({ EventContextData }: Event): string {
  const { City, Country, IpAddress } = EventContextData ?? {}
  return [City, Country, IpAddress].filter(Boolean).join(', ') || texts.common.none
}
