import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { workOff } from '../../shell/long-work.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { ConfirmAll } from './confirm-all.tsx'
import { type User, type UserSearch, usersUntil } from './user-pages.ts'

const t = texts.users.bulk

const operations = {
  enable: 'AdminEnableUser',
  disable: 'AdminDisableUser',
  confirm: 'AdminConfirmSignUp',
  reset: 'AdminResetUserPassword',
  signOut: 'AdminUserGlobalSignOut',
  delete: 'AdminDeleteUser',
} as const

type Action = keyof typeof operations

const actions = Object.keys(operations) as Action[]
const actionName = (action: Action) => `cognito-idp:${operations[action]}`

/** Some of the page, or all that the search finds. */
export type Selection = User[] | 'all'

interface Props {
  search: UserSearch
  isSearching: boolean
  selected: Selection
  nameOf(user: User): string
  onSelect(selected: Selection): void
}

/** The same for every user that is selected. */
export function BulkActions({ search, isSearching, selected, nameOf, onSelect }: Props) {
  const may = useMay(...actions.map(actionName))
  const [action, setAction] = useState<Action>()
  const offered = actions.filter((name) => may(actionName(name)))
  if (offered.length === 0) return null
  const begin = (chosen: Action, users: Iterable<User> | AsyncIterable<User>, total: number, who: string) => {
    void workOff({
      title: t.running(t[chosen], who),
      items: users,
      total,
      nameOf,
      run: ({ Username }) => cognito(operations[chosen], { UserPoolId: search.UserPoolId, Username: Username! }),
      after: () => refresh('ListUsers', 'AdminGetUser'),
      done: t.done,
    })
    onSelect([])
  }
  const all = isSearching ? t.allMatching : t.allUsers
  const label = selected === 'all' ? all : selected.length === 0 ? texts.common.actions : t.title(selected.length)
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <Button variant="inline-link" onClick={() => onSelect(selected === 'all' ? [] : 'all')}>
        {selected === 'all' ? t.clear : t.select(all)}
      </Button>
      <ButtonDropdown
        disabled={selected.length === 0}
        items={offered.map((id) => ({ id, text: t[id] }))}
        onItemClick={({ detail }) => setAction(detail.id as Action)}
      >
        {label}
      </ButtonDropdown>
      {action && selected !== 'all' && selected.length > 0 ? (
        <Confirm
          title={t.question(t[action], label)}
          action={t[action]}
          typed={action === 'delete' ? t.deleteWord(selected.length) : undefined}
          onConfirm={async () => begin(action, selected, selected.length, label)}
          onClose={() => setAction(undefined)}
        >
          {t.effects[action]}
        </Confirm>
      ) : null}
      {action && selected === 'all' ? (
        <ConfirmAll
          search={search}
          action={action}
          onConfirm={async ({ count, newest }) => begin(action, usersUntil(search, newest), count, t.allOf(count))}
          onClose={() => setAction(undefined)}
        />
      ) : null}
    </SpaceBetween>
  )
}
