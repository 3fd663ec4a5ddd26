import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { Link, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { SearchInput } from '../../ui/search-input.tsx'
import { Secret } from '../../ui/secret.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { CreateKey } from './create-key.tsx'

const t = texts.roles.keys
const createAction = 'poolhouse:CreateAccessKey'
const deleteAction = 'poolhouse:DeleteAccessKey'

type Key = PoolhouseOutput<'ListAccessKeys'>['AccessKeys'][number]
export type NewKey = PoolhouseOutput<'CreateAccessKey'>

/** The keys of a role, or of all. */
export function AccessKeys({ roleName }: { roleName?: string }) {
  const may = useMay(createAction, deleteAction)
  const [creating, setCreating] = useState(false)
  const [made, setMade] = useState<NewKey>()
  const [deleting, setDeleting] = useState<Key>()
  const paged = usePaged<Key>(
    ['ListAccessKeys', roleName],
    async (NextToken) => {
      const { AccessKeys: keys, NextToken: next } = await poolhouse('ListAccessKeys', {
        MaxResults: 25,
        NextToken,
        ...(roleName !== undefined && { RoleName: roleName }),
      })
      return { items: keys, next }
    },
    {
      textOf: ({ AccessKeyId, RoleName, ServiceName, Description = '' }) =>
        [AccessKeyId, RoleName, ServiceName, Description].join('\n'),
    },
  )
  const remove = async () => {
    await poolhouse('DeleteAccessKey', { AccessKeyId: deleting!.AccessKeyId })
    if (made?.AccessKey.AccessKeyId === deleting!.AccessKeyId) setMade(undefined)
    await refresh('ListAccessKeys')
    flashSuccess(t.deleted)
  }
  return (
    <SpaceBetween size="m">
      {made ? <ShownOnce made={made} /> : null}
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ AccessKeyId }) => AccessKeyId}
        empty={paged.search?.text ? texts.common.noMatches : t.empty}
        {...(roleName === undefined && {
          filter: <SearchInput value={paged.search!.text} label={texts.common.search} onSearch={paged.search!.set} />,
        })}
        header={
          roleName === undefined ? undefined : (
            <Header
              variant="h2"
              description={t.lead}
              actions={may(createAction) ? <Button onClick={() => setCreating(true)}>{t.create}</Button> : null}
            >
              {t.title}
            </Header>
          )
        }
        columnDefinitions={[
          {
            id: 'id',
            header: t.id,
            isRowHeader: true,
            cell: ({ AccessKeyId }) => <code>{AccessKeyId}</code>,
          },
          ...(roleName === undefined
            ? [
                {
                  id: 'role',
                  header: texts.roles.role,
                  cell: ({ RoleName }: Key) => (
                    <Link to={pathTo('roles/:roleName', { roleName: RoleName })}>{RoleName}</Link>
                  ),
                },
              ]
            : []),
          { id: 'service', header: t.service, cell: ({ ServiceName }) => ServiceName },
          {
            id: 'state',
            header: texts.common.status,
            cell: ({ Status }) => (
              <StatusIndicator type={Status === 'Active' ? 'success' : 'stopped'}>{t.states[Status]}</StatusIndicator>
            ),
          },
          {
            id: 'used',
            header: t.used,
            cell: ({ LastUsedDate }) => (LastUsedDate ? <Time at={LastUsedDate} /> : t.unused),
          },
          {
            id: 'expires',
            header: t.expires,
            cell: ({ ExpirationDate }) => (ExpirationDate ? <Time at={ExpirationDate} /> : t.never),
          },
          {
            id: 'delete',
            minWidth: 100,
            header: <span className="unseen">{texts.common.actions}</span>,
            cell: (key) =>
              may(deleteAction) ? (
                <Button variant="inline-link" ariaLabel={t.delete(key.AccessKeyId)} onClick={() => setDeleting(key)}>
                  {texts.common.delete}
                </Button>
              ) : null,
          },
        ]}
      />
      {creating && roleName !== undefined ? (
        <CreateKey roleName={roleName} onMade={setMade} onClose={() => setCreating(false)} />
      ) : null}
      {deleting ? (
        <Confirm
          title={t.deleteTitle}
          action={texts.common.delete}
          typed={deleting.AccessKeyId}
          onConfirm={remove}
          onClose={() => setDeleting(undefined)}
        >
          {t.deleteText}
        </Confirm>
      ) : null}
    </SpaceBetween>
  )
}

const ShownOnce = ({ made }: { made: NewKey }) => (
  <Alert type="warning" header={t.secretOnce}>
    <KeyValuePairs
      columns={2}
      items={[
        { label: t.id, value: <Copy value={made.AccessKey.AccessKeyId} label={t.id} /> },
        { label: t.secret, value: <Secret value={made.SecretAccessKey} label={t.secret} /> },
      ]}
    />
  </Alert>
)
