import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { DetailPage } from '../../ui/detail-page.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { GroupForm } from '../groups/group-form.tsx'
import { Members } from './members.tsx'

const t = texts.groups
const updateAction = 'cognito-idp:UpdateGroup'
const membersAction = 'cognito-idp:ListUsersInGroup'

export default function GroupPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const GroupName = params.groupName!
  const may = useMay(membersAction)
  const query = useCognito('GetGroup', { UserPoolId, GroupName })
  const group = query.data?.Group
  return (
    <DetailPage
      title={GroupName}
      remove={{
        needs: 'cognito-idp:DeleteGroup',
        name: GroupName,
        title: t.deleteTitle,
        text: t.deleteText,
        done: t.deleted(GroupName),
        path: `pools/${UserPoolId}/groups`,
        run: async () => {
          await cognito('DeleteGroup', { UserPoolId, GroupName })
          await refresh('ListGroups', 'AdminListGroupsForUser')
        },
      }}
      edit={{
        needs: updateAction,
        form: (close) => (group ? <GroupForm UserPoolId={UserPoolId} group={group} onClose={close} /> : null),
      }}
    >
      <Part title={texts.common.description} query={query}>
        <KeyValuePairs
          columns={3}
          minColumnWidth={220}
          items={[
            { label: texts.common.description, value: group?.Description || texts.common.none },
            { label: t.precedence, value: group?.Precedence ?? texts.common.none },
            { label: t.role, value: <span className="value">{group?.RoleArn ?? texts.common.none}</span> },
            { label: texts.common.created, value: <Time at={group?.CreationDate} /> },
            { label: texts.common.changed, value: <Time at={group?.LastModifiedDate} /> },
          ]}
        />
      </Part>
      {may(membersAction) ? <Members UserPoolId={UserPoolId} GroupName={GroupName} /> : null}
    </DetailPage>
  )
}
