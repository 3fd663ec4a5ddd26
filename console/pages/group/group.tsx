import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { navigate, type PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { GroupForm } from '../groups/group-form.tsx'
import { Members } from './members.tsx'

const t = texts.groups
const updateAction = 'cognito-idp:UpdateGroup'
const deleteAction = 'cognito-idp:DeleteGroup'
const membersAction = 'cognito-idp:ListUsersInGroup'

export default function GroupPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const GroupName = params.groupName!
  const may = useMay(updateAction, deleteAction, membersAction)
  const query = useCognito('GetGroup', { UserPoolId, GroupName })
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const group = query.data?.Group
  const remove = async () => {
    await cognito('DeleteGroup', { UserPoolId, GroupName })
    await refresh('ListGroups', 'AdminListGroupsForUser')
    flashSuccess(t.deleted(GroupName))
    navigate(`pools/${UserPoolId}/groups`)
  }
  return (
    <>
      <PageHead
        title={GroupName}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {may(deleteAction) ? <Button onClick={() => setOpen('delete')}>{texts.common.delete}</Button> : null}
            {may(updateAction) ? <Button onClick={() => setOpen('edit')}>{texts.common.edit}</Button> : null}
          </SpaceBetween>
        }
      />
      <SpaceBetween size="l">
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
      </SpaceBetween>
      {open === 'edit' ? <GroupForm UserPoolId={UserPoolId} group={group} onClose={() => setOpen(undefined)} /> : null}
      {open === 'delete' ? (
        <Confirm
          title={t.deleteTitle}
          action={texts.common.delete}
          typed={GroupName}
          onConfirm={remove}
          onClose={() => setOpen(undefined)}
        >
          {t.deleteText}
        </Confirm>
      ) : null}
    </>
  )
}
