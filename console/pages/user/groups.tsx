import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TokenGroup from '@cloudscape-design/components/token-group'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'
import type { Shown } from './user-type.ts'

const t = texts.user
const addAction = 'cognito-idp:AdminAddUserToGroup'
const removeAction = 'cognito-idp:AdminRemoveUserFromGroup'
const listAction = 'cognito-idp:ListGroups'

export function Groups({ UserPoolId, Username }: Shown) {
  const may = useMay(addAction, removeAction, listAction)
  const query = useCognito('AdminListGroupsForUser', { UserPoolId, Username, Limit: 60 })
  const [run, busy] = useAction()
  const names = (query.data?.Groups ?? []).map(({ GroupName }) => GroupName!)
  const after = () => refresh('AdminListGroupsForUser', 'ListUsersInGroup')
  const put = (GroupName: string) => cognito('AdminAddUserToGroup', { UserPoolId, Username, GroupName }).then(after)
  const remove = (GroupName: string) =>
    run(
      () => cognito('AdminRemoveUserFromGroup', { UserPoolId, Username, GroupName }).then(after),
      t.removedFromGroup(GroupName),
      may(addAction) ? () => put(GroupName) : undefined,
    )
  const add = (GroupName: string) => run(() => put(GroupName), t.addedToGroup(GroupName))
  return (
    <Part title={t.groups} query={query}>
      <SpaceBetween size="s">
        {names.length === 0 ? (
          t.noGroups
        ) : !may(removeAction) ? (
          names.join(', ')
        ) : (
          <TokenGroup
            items={names.map((label) => ({ label, dismissLabel: t.leaveGroup(label), disabled: busy }))}
            onDismiss={({ detail }) => remove(names[detail.itemIndex]!)}
          />
        )}
        {may(addAction) && may(listAction) ? (
          <AddToGroup UserPoolId={UserPoolId} memberOf={names} disabled={busy} onAdd={add} />
        ) : null}
      </SpaceBetween>
    </Part>
  )
}

interface AddProps {
  UserPoolId: string
  memberOf: string[]
  disabled: boolean
  onAdd(group: string): void
}

function AddToGroup({ UserPoolId, memberOf, disabled, onAdd }: AddProps) {
  const { data } = useCognito('ListGroups', { UserPoolId, Limit: 60 })
  const others = (data?.Groups ?? []).map(({ GroupName }) => GroupName!).filter((name) => !memberOf.includes(name))
  if (others.length === 0) return null
  return (
    <Select
      ariaLabel={t.addToGroup}
      selectedOption={null}
      expandToViewport
      placeholder={t.addToGroup}
      filteringType="auto"
      disabled={disabled}
      options={others.map((value) => ({ value, label: value }))}
      onChange={({ detail }) => onAdd(detail.selectedOption.value!)}
    />
  )
}
