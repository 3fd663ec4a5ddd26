import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Toggle from '@cloudscape-design/components/toggle'
import { useEffect, useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { type PageProps, useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'

const t = texts.audit

type Event = PoolhouseOutput<'LookupEvents'>['Events'][number]

const followEvery = 3000

export default function AuditPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const [{ q = '' }, setQuery] = useQueryParams()
  const [follows, setFollows] = useState(false)
  const [shown, setShown] = useState<Event>()
  const paged = usePaged<Event>(['LookupEvents', UserPoolId, q], async (NextToken) => {
    const input = { UserPoolId, MaxResults: 25, NextToken, ...(q.trim() !== '' && { EventName: q.trim() }) }
    const { Events, NextToken: next } = await poolhouse('LookupEvents', input)
    return { items: Events, next }
  })
  useEffect(() => {
    if (!follows) return undefined
    const timer = setInterval(() => void refresh('LookupEvents'), followEvery)
    return () => clearInterval(timer)
  }, [follows])
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          <Toggle checked={follows} onChange={({ detail }) => setFollows(detail.checked)}>
            {t.live}
          </Toggle>
        }
      />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ EventId }) => EventId}
        empty={q === '' ? t.empty : texts.common.noMatches}
        filter={<SearchInput value={q} label={t.find} onSearch={(next) => setQuery({ q: next, page: undefined })} />}
        columnDefinitions={[
          {
            id: 'event',
            header: t.event,
            isRowHeader: true,
            cell: (event) => (
              <Button variant="inline-link" ariaLabel={t.record(event.EventName)} onClick={() => setShown(event)}>
                {event.EventName}
              </Button>
            ),
          },
          { id: 'principal', header: t.principal, cell: ({ Principal }) => <span className="value">{Principal}</span> },
          { id: 'time', header: t.time, cell: ({ EventTime }) => <Time at={EventTime} /> },
          {
            id: 'outcome',
            header: t.outcome,
            cell: ({ ErrorCode }) => (
              <StatusIndicator type={ErrorCode ? 'error' : 'success'}>{ErrorCode ?? t.done}</StatusIndicator>
            ),
          },
        ]}
      />
      {shown ? (
        <Modal
          visible
          size="large"
          header={t.record(shown.EventName)}
          closeAriaLabel={texts.common.close}
          onDismiss={() => setShown(undefined)}
        >
          <pre tabIndex={0}>{JSON.stringify(JSON.parse(shown.CloudTrailEvent), null, 2)}</pre>
        </Modal>
      ) : null}
    </>
  )
}
