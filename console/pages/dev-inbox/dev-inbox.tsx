import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { InboxMessage } from '../../../src/delivery/inbox.ts'
import { control } from '../../api/control.ts'
import { queryClient } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Failure } from '../../ui/failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Time } from '../../ui/time.tsx'
import { parseMail } from '../messages/show-mail.ts'

const t = texts.devTools.inbox
const path = '/_poolhouse/messages'
const readEvery = 2000

export default function DevInbox() {
  const [{ q = '' }, setQuery] = useQueryParams()
  const [isClearing, setClearing] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: [path],
    queryFn: () => control<InboxMessage[]>('GET', path),
    refetchInterval: readEvery,
  })
  const found = (data ?? []).filter((message) => isMatch(message, q.trim().toLowerCase())).toReversed()
  const clear = async () => {
    await control('DELETE', path)
    await queryClient.invalidateQueries({ queryKey: [path] })
    flashSuccess(t.cleared)
  }
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={data?.length ? <Button onClick={() => setClearing(true)}>{t.clear}</Button> : null}
      />
      <Failure error={error} onRetry={refetch} />
      <Table<InboxMessage>
        wrapLines
        loading={!data && !error}
        loadingText={texts.common.loading}
        items={found}
        trackBy="id"
        header={<Header counter={`(${found.length})`}>{t.messages}</Header>}
        filter={<SearchInput value={q} label={t.search} onSearch={(text) => setQuery({ q: text })} />}
        empty={q === '' ? t.empty : texts.common.noMatches}
        ariaLabels={{ tableLabel: t.title }}
        columnDefinitions={[
          {
            id: 'to',
            header: t.to,
            isRowHeader: true,
            minWidth: 160,
            cell: ({ to, medium }) => (
              <>
                {to} <small className="quiet">{t.mediums[medium]}</small>
              </>
            ),
          },
          {
            id: 'message',
            header: t.message,
            minWidth: 260,
            cell: ({ subject, body }) => (
              <>
                <strong>{subject}</strong>
                <div>{textOf(body)}</div>
              </>
            ),
          },
          {
            id: 'code',
            header: t.code,
            minWidth: 130,
            cell: ({ code }) => (code === undefined ? texts.common.none : <Copy value={code} label={t.code} />),
          },
          { id: 'pool', header: t.pool, minWidth: 160, cell: ({ userPoolId }) => userPoolId },
          {
            id: 'at',
            header: t.at,
            minWidth: 120,
            cell: ({ createdAt }) => <Time at={Date.parse(createdAt) / 1000} />,
          },
        ]}
      />
      {isClearing ? (
        <Confirm title={t.clearQuestion} action={t.clear} onConfirm={clear} onClose={() => setClearing(false)}>
          {t.clearText}
        </Confirm>
      ) : null}
    </>
  )
}

const isMatch = ({ to, subject, body }: InboxMessage, q: string) =>
  [to, subject, body].some((text) => text.toLowerCase().includes(q))

/** As text: nothing of a mail is shown as HTML here. */
const textOf = (body: string): string => parseMail(body).body.textContent ?? ''
