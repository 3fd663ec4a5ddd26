import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { Link, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { actionColumn } from '../../ui/action-column.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'
import { usePaged } from '../../ui/use-paged.ts'
import { UserStatus } from '../../ui/user-status.tsx'

const t = texts.groups
const addAction = 'cognito-idp:AdminAddUserToGroup'
const removeAction = 'cognito-idp:AdminRemoveUserFromGroup'

type Member = NonNullable<CognitoOutput<'ListUsersInGroup'>['Users']>[number]

const nameOf = ({ Attributes = [], Username }: Member) =>
  Attributes.find(({ Name }) => Name === 'email')?.Value ?? Username!

export function Members({ UserPoolId, GroupName }: { UserPoolId: string; GroupName: string }) {
  const may = useMay(removeAction, addAction)
  const [run, busy] = useAction()
  const paged = usePaged<Member>(['ListUsersInGroup', UserPoolId, GroupName], async (NextToken) => {
    const input = { UserPoolId, GroupName, Limit: 25, NextToken }
    const { Users = [], NextToken: next } = await cognito('ListUsersInGroup', input)
    return { items: Users, next }
  })
  const after = () => refresh('ListUsersInGroup', 'AdminListGroupsForUser')
  const remove = (member: Member) => {
    const key = { UserPoolId, GroupName, Username: member.Username! }
    return run(
      () => cognito('AdminRemoveUserFromGroup', key).then(after),
      t.removed(nameOf(member)),
      may(addAction) ? () => cognito('AdminAddUserToGroup', key).then(after) : undefined,
    )
  }
  const removeColumn = actionColumn<Member>({
    text: texts.common.remove,
    label: (member) => t.removeMember(nameOf(member)),
    disabled: busy,
    onClick: remove,
  })
  return (
    <Part title={t.members} lead={t.membersHint}>
      <PagedTable
        paged={paged}
        variant="embedded"
        label={t.members}
        idOf={({ Username }) => Username!}
        empty={t.noMembers}
        columnDefinitions={[
          {
            id: 'user',
            header: texts.users.user,
            isRowHeader: true,
            cell: (member) => (
              <Link to={pathTo('pools/:poolId/users/:username', { poolId: UserPoolId, username: member.Username! })}>
                {nameOf(member)}
              </Link>
            ),
          },
          {
            id: 'status',
            header: texts.common.status,
            cell: (member) => <UserStatus status={member.UserStatus} enabled={member.Enabled} />,
          },
          ...(may(removeAction) ? [removeColumn] : []),
        ]}
      />
    </Part>
  )
}
