import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import Toggle from '@cloudscape-design/components/toggle'
import { useEffect, useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { settings } from '../../settings.ts'
import { flashError, flashSuccess } from '../../shell/flashes.tsx'
import { base, follow, Link, type PageProps, pathTo, useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'

const t = texts.outbox
const retryAction = 'poolhouse:RetryMessages'
const followEvery = 3000

type Message = PoolhouseOutput<'ListMessages'>['Messages'][number]
type Status = Message['Status']

const kinds: Record<Status, StatusIndicatorProps.Type> = { Waiting: 'pending', Delivered: 'success', Failed: 'error' }
const isStatus = (text: string | undefined): text is Status => text !== undefined && Object.hasOwn(kinds, text)

export default function OutboxPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay(retryAction)
  const [{ show, user }, setQuery] = useQueryParams()
  const [selected, setSelected] = useState<Message[]>([])
  const [busy, setBusy] = useState(false)
  const [follows, setFollows] = useState(false)
  useEffect(() => {
    if (!follows) return undefined
    const timer = setInterval(() => void refresh('ListMessages'), followEvery)
    return () => clearInterval(timer)
  }, [follows])
  const asked = { ...(isStatus(show) && { Status: show }), ...(user && { UserSub: user }) }
  const paged = usePaged<Message>(['ListMessages', UserPoolId, asked], async (NextToken) => {
    const input = { UserPoolId, ...asked, MaxResults: 25, NextToken }
    const { Messages, NextToken: next } = await poolhouse('ListMessages', input)
    return { items: Messages, next }
  })
  const retryable = selected.filter(({ Retryable }) => Retryable)
  const retry = async () => {
    setBusy(true)
    try {
      const MessageIds = retryable.map(({ MessageId }) => MessageId)
      const { MessageIds: sent } = await poolhouse('RetryMessages', { UserPoolId, MessageIds })
      setSelected([])
      flashSuccess(t.retried(sent.length))
      await refresh('ListMessages')
    } catch (error) {
      flashError(error)
    }
    setBusy(false)
  }
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <Toggle checked={follows} onChange={({ detail }) => setFollows(detail.checked)}>
              {t.live}
            </Toggle>
            {settings.mode === 'dev' ? (
              <Button href={`${base}development/inbox`} onFollow={follow}>
                {t.inbox}
              </Button>
            ) : null}
            {may(retryAction) && selected.length > 0 ? (
              <Button
                variant="primary"
                loading={busy}
                disabled={retryable.length === 0}
                disabledReason={t.notRetryable}
                onClick={retry}
              >
                {t.retryOf(retryable.length)}
              </Button>
            ) : null}
          </SpaceBetween>
        }
      />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ MessageId }) => MessageId}
        selectionType={may(retryAction) ? 'multi' : undefined}
        selectedItems={selected}
        onSelect={setSelected}
        empty={
          <>
            <strong>{t.empty}</strong>
            <Box variant="p">{t.emptyText}</Box>
          </>
        }
        filter={
          <SegmentedControl
            label={t.filter}
            selectedId={isStatus(show) ? show : 'all'}
            options={[
              { id: 'all', text: t.anyState },
              ...(Object.keys(kinds) as Status[]).map((id) => ({ id, text: t.states[id] })),
            ]}
            onChange={({ detail }) => {
              setSelected([])
              setQuery({ show: detail.selectedId === 'all' ? undefined : detail.selectedId, page: undefined })
            }}
          />
        }
        columnDefinitions={[
          {
            id: 'kind',
            header: t.message,
            isRowHeader: true,
            cell: ({ Kind, Medium }) => (
              <>
                {t.kinds[Kind] ?? Kind} <small className="quiet">{t.mediums[Medium]}</small>
              </>
            ),
          },
          {
            id: 'user',
            header: t.user,
            cell: ({ UserSub }) =>
              UserSub === undefined ? (
                texts.common.none
              ) : (
                <Link to={pathTo('pools/:poolId/users/:username', { ...params, username: UserSub })}>
                  {UserSub.slice(0, 8)}
                </Link>
              ),
          },
          {
            id: 'status',
            header: texts.common.status,
            minWidth: 120,
            cell: ({ Status }) => <StatusIndicator type={kinds[Status]}>{t.states[Status]}</StatusIndicator>,
          },
          { id: 'reason', header: t.reason, cell: ({ Reason }) => Reason ?? texts.common.none },
          { id: 'attempts', header: t.attempts, cell: ({ Attempts }) => Attempts },
          { id: 'created', header: texts.common.created, cell: ({ CreationDate }) => <Time at={CreationDate} /> },
          { id: 'until', header: t.goodUntil, cell: ({ ExpirationDate }) => <Time at={ExpirationDate} /> },
        ]}
      />
    </>
  )
}
