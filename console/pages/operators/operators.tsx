import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { useAllowed, useMay } from '../../api/permissions.ts'
import { useCognito, usePoolhouse } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { Part } from '../../ui/part.tsx'
import { Secret } from '../../ui/secret.tsx'
import { InviteOperator } from './invite-operator.tsx'

const t = texts.operators
const setUpAction = 'poolhouse:SetUpOperators'
const groupsAction = 'cognito-idp:ListGroups'
const membersAction = 'cognito-idp:ListUsersInGroup'

export default function OperatorsPage() {
  const may = useMay(setUpAction)
  const query = usePoolhouse('GetOperatorsPool', {})
  const [inviting, setInviting] = useState(false)
  const [password, setPassword] = useState<string>()
  const poolId = query.data?.UserPoolId
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          may(setUpAction) && query.data ? (
            <Button variant="primary" onClick={() => setInviting(true)}>
              {poolId === undefined ? t.setUp : t.invite}
            </Button>
          ) : null
        }
      />
      <SpaceBetween size="l">
        {password === undefined ? null : (
          <Alert type="warning" header={t.passwordOnce}>
            <Secret value={password} label={t.password} />
          </Alert>
        )}
        <Part title={t.where} query={query}>
          {poolId === undefined ? (
            <>
              <strong>{t.none}</strong>
              <Box variant="p">{t.noneText}</Box>
            </>
          ) : (
            <PoolLinks poolId={poolId} />
          )}
        </Part>
        {poolId === undefined ? null : <CarryingGroups poolId={poolId} />}
      </SpaceBetween>
      {inviting ? <InviteOperator onPassword={setPassword} onClose={() => setInviting(false)} /> : null}
    </>
  )
}

function PoolLinks({ poolId }: { poolId: string }) {
  const to = (path: string) => pathTo(`pools/:poolId${path}`, { poolId })
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={4}
        minColumnWidth={160}
        items={[
          { label: t.pool, value: <Link to={to('')}>{poolId}</Link> },
          { label: texts.users.title, value: <Link to={to('/users')}>{t.users}</Link> },
          { label: texts.groups.title, value: <Link to={to('/groups')}>{t.groups}</Link> },
          { label: texts.signIn.title, value: <Link to={to('/sign-in')}>{t.rules}</Link> },
        ]}
      />
      <Box color="text-body-secondary">{t.powerful}</Box>
    </SpaceBetween>
  )
}

type Group = NonNullable<CognitoOutput<'ListGroups'>['Groups']>[number]

function CarryingGroups({ poolId }: { poolId: string }) {
  const may = useAllowed([groupsAction, membersAction], poolId)
  const query = useCognito('ListGroups', { UserPoolId: poolId, Limit: 60 }, { enabled: may(groupsAction) })
  if (!may(groupsAction)) return null
  const groups = (query.data?.Groups ?? []).filter(({ RoleArn }) => RoleArn)
  return (
    <Part title={t.carrying} lead={t.carryingLead} query={query}>
      <Table<Group>
        variant="embedded"
        items={groups}
        wrapLines
        empty={t.noCarrying}
        ariaLabels={{ tableLabel: t.carrying }}
        columnDefinitions={[
          {
            id: 'group',
            header: t.group,
            isRowHeader: true,
            cell: ({ GroupName }) => (
              <Link to={pathTo('pools/:poolId/groups/:groupName', { poolId, groupName: GroupName! })}>{GroupName}</Link>
            ),
          },
          { id: 'role', header: t.role, cell: ({ RoleArn }) => <RoleLink arn={RoleArn!} /> },
          {
            id: 'members',
            header: t.members,
            cell: ({ GroupName }) => (may(membersAction) ? <Members poolId={poolId} group={GroupName!} /> : null),
          },
        ]}
      />
    </Part>
  )
}

function RoleLink({ arn }: { arn: string }) {
  const roleName = /:role\/(.+)$/.exec(arn)?.[1]
  return roleName === undefined ? arn : <Link to={pathTo('roles/:roleName', { roleName })}>{roleName}</Link>
}

const maxNamed = 20

function Members({ poolId, group }: { poolId: string; group: string }) {
  const { data } = useCognito('ListUsersInGroup', { UserPoolId: poolId, GroupName: group, Limit: maxNamed })
  if (!data) return null
  const { Users = [], NextToken } = data
  if (Users.length === 0) return t.noMembers
  return (
    <ul className="plain">
      {Users.map(({ Username, Attributes = [] }) => (
        <li key={Username}>
          <Link to={pathTo('pools/:poolId/users/:username', { poolId, username: Username! })}>
            {Attributes.find(({ Name }) => Name === 'email')?.Value ?? Username}
          </Link>
        </li>
      ))}
      {NextToken === undefined ? null : <li>{t.more}</li>}
    </ul>
  )
}
