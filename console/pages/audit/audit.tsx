import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
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
import { Time, timeText } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { type By, filterOf, members, type Span, spans } from './audit-search.ts'

const t = texts.audit

type Event = PoolhouseOutput<'LookupEvents'>['Events'][number]

const followEvery = 3000

export default function AuditPage({ params }: PageProps) {
  const UserPoolId = params.poolId
  const [{ q = '', by: named, since }, setQuery] = useQueryParams()
  const by: By = Object.hasOwn(members, named ?? '') ? (named as By) : 'operation'
  const span = Object.hasOwn(spans, since ?? '') ? (since as Span) : undefined
  const [follows, setFollows] = useState(false)
  const [shown, setShown] = useState<Event>()
  const filter = filterOf(q, by, span, Date.now())
  const paged = usePaged<Event>(['LookupEvents', UserPoolId, filter], async (NextToken) => {
    const { Events, NextToken: next } = await poolhouse('LookupEvents', {
      ...filter,
      UserPoolId,
      MaxResults: 25,
      NextToken,
    })
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
        title={UserPoolId === undefined ? t.installation : t.title}
        lead={UserPoolId === undefined ? t.installationLead : t.lead}
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
        empty={q === '' && !span ? t.empty : texts.common.noMatches}
        filter={
          <div className="search">
            <Select
              ariaLabel={t.searchBy}
              selectedOption={{ value: by, label: t.by[by] }}
              options={(Object.keys(members) as By[]).map((value) => ({ value, label: t.by[value] }))}
              onChange={({ detail }) => setQuery({ by: detail.selectedOption.value, page: undefined })}
            />
            <SearchInput value={q} label={t.find[by]} onSearch={(next) => setQuery({ q: next, page: undefined })} />
            <Select
              ariaLabel={t.since}
              selectedOption={{ value: span ?? '', label: span ? t.spans[span] : t.always }}
              options={[
                { value: '', label: t.always },
                ...(Object.keys(spans) as Span[]).map((value) => ({ value, label: t.spans[value] })),
              ]}
              onChange={({ detail }) => setQuery({ since: detail.selectedOption.value, page: undefined })}
            />
          </div>
        }
        columnDefinitions={[
          {
            id: 'event',
            header: t.event,
            isRowHeader: true,
            cell: (event) => (
              <Button
                variant="inline-link"
                ariaLabel={t.recordOf(event.EventName, timeText(event.EventTime))}
                onClick={() => setShown(event)}
              >
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
