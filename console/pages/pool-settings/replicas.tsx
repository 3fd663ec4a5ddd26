import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { Part } from '../../ui/part.tsx'

const t = texts.poolSettings.replicas
const createAction = 'cognito-idp:CreateUserPoolReplica'

type Replica = NonNullable<CognitoOutput<'ListUserPoolReplicas'>['UserPoolReplicas']>[number]
type Change = 'turnOn' | 'turnOff' | 'delete'

const kinds: Record<string, StatusIndicatorProps.Type> = { ACTIVE: 'success', INACTIVE: 'stopped' }
/** Of the API: the primary and one more. */
const maxRegions = 2

/** What can be done with a replica, by its status; one that is on has to be turned off before it is deleted. */
const changes: Record<Change, { needs: string; from: string }> = {
  turnOn: { needs: 'cognito-idp:UpdateUserPoolReplica', from: 'INACTIVE' },
  turnOff: { needs: 'cognito-idp:UpdateUserPoolReplica', from: 'ACTIVE' },
  delete: { needs: 'cognito-idp:DeleteUserPoolReplica', from: 'INACTIVE' },
}
const names = Object.keys(changes) as Change[]

const make = (change: Change, UserPoolId: string, RegionName: string): Promise<unknown> =>
  change === 'delete'
    ? cognito('DeleteUserPoolReplica', { UserPoolId, RegionName })
    : cognito('UpdateUserPoolReplica', {
        UserPoolId,
        RegionName,
        Status: change === 'turnOn' ? 'ACTIVE' : 'INACTIVE',
      })

/** The regions that the pool can be called in. */
export function Replicas({ UserPoolId }: { UserPoolId: string }) {
  const may = useMay(createAction, ...names.map((name) => changes[name].needs))
  const query = useCognito('ListUserPoolReplicas', { UserPoolId })
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState<{ change: Change; region: string }>()
  const replicas = query.data?.UserPoolReplicas ?? []
  const offered = ({ Role, Status }: Replica) =>
    Role === 'PRIMARY' ? [] : names.filter((name) => may(changes[name].needs) && changes[name].from === Status)
  const actions: TableProps.ColumnDefinition<Replica> = {
    id: 'actions',
    header: <span className="unseen">{texts.common.actions}</span>,
    cell: (replica) => (
      <SpaceBetween direction="horizontal" size="s">
        {offered(replica).map((change) => (
          <Button
            key={change}
            variant="inline-link"
            ariaLabel={t.changes[change].of(replica.RegionName!)}
            onClick={() => setAsked({ change, region: replica.RegionName! })}
          >
            {t.changes[change].action}
          </Button>
        ))}
      </SpaceBetween>
    ),
  }
  const confirm = async ({ change, region }: NonNullable<typeof asked>) => {
    await make(change, UserPoolId, region)
    await refresh('ListUserPoolReplicas')
    flashSuccess(t.changes[change].done(region))
  }
  return (
    <Part
      title={t.title}
      lead={t.lead}
      query={query}
      actions={
        may(createAction) && query.data && replicas.length < maxRegions ? (
          <Button onClick={() => setAdding(true)}>{t.add}</Button>
        ) : null
      }
    >
      <Table<Replica>
        variant="embedded"
        items={replicas}
        trackBy="RegionName"
        wrapLines
        ariaLabels={{ tableLabel: t.title }}
        columnDefinitions={[
          { id: 'region', header: t.region, isRowHeader: true, cell: ({ RegionName }) => RegionName },
          { id: 'role', header: t.role, cell: ({ Role = 'SECONDARY' }) => t.roles[Role] },
          { id: 'status', header: texts.common.status, cell: statusOf },
          { id: 'arn', header: t.arn, cell: ({ UserPoolArn = '' }) => <Copy value={UserPoolArn} label={t.arn} /> },
          ...(replicas.some((replica) => offered(replica).length > 0) ? [actions] : []),
        ]}
      />
      {adding ? <AddReplica UserPoolId={UserPoolId} onClose={() => setAdding(false)} /> : null}
      {asked ? (
        <Confirm
          title={`${t.changes[asked.change].of(asked.region)}?`}
          action={t.changes[asked.change].action}
          typed={asked.change === 'delete' ? asked.region : undefined}
          onConfirm={() => confirm(asked)}
          onClose={() => setAsked(undefined)}
        >
          {t.changes[asked.change].effect}
        </Confirm>
      ) : null}
    </Part>
  )
}

const statusOf = ({ Status = 'INACTIVE' }: Replica) => (
  <StatusIndicator type={kinds[Status] ?? 'in-progress'}>{t.statuses[Status] ?? Status}</StatusIndicator>
)

function AddReplica({ UserPoolId, onClose }: { UserPoolId: string; onClose(): void }) {
  const [region, setRegion] = useState('')
  const RegionName = region.trim()
  const add = async () => {
    await cognito('CreateUserPoolReplica', { UserPoolId, RegionName })
    await refresh('ListUserPoolReplicas')
    flashSuccess(t.added(RegionName))
  }
  return (
    <FormModal title={t.add} action={texts.common.add} disabled={RegionName === ''} onSubmit={add} onClose={onClose}>
      <div>{t.addText}</div>
      <Text label={t.region} hint={t.regionHint} value={region} onChange={setRegion} autoFocus />
    </FormModal>
  )
}
