import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { workOff } from '../../shell/long-work.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'

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

interface Props<User> {
  UserPoolId: string
  users: User[]
  nameOf(user: User): string
  /** Once it has begun, which is all that the page has to do with it. */
  onBegun(): void
}

/** The same for every user that is selected. */
export function BulkActions<User extends { Username?: string }>({ UserPoolId, users, nameOf, onBegun }: Props<User>) {
  const may = useMay(...actions.map(actionName))
  const [action, setAction] = useState<Action>()
  const offered = actions.filter((name) => may(actionName(name)))
  if (offered.length === 0) return null
  const begin = async (chosen: Action) => {
    void workOff({
      title: t.running(t[chosen], t.title(users.length)),
      items: users,
      nameOf,
      run: ({ Username }) => cognito(operations[chosen], { UserPoolId, Username: Username! }),
      after: () => refresh('ListUsers', 'AdminGetUser'),
      done: t.done(users.length),
    })
    onBegun()
  }
  return (
    <>
      <ButtonDropdown
        disabled={users.length === 0}
        items={offered.map((id) => ({ id, text: t[id] }))}
        onItemClick={({ detail }) => setAction(detail.id as Action)}
      >
        {users.length === 0 ? texts.common.actions : t.title(users.length)}
      </ButtonDropdown>
      {action ? (
        <Confirm
          title={t.question(t[action], t.title(users.length))}
          action={t[action]}
          typed={action === 'delete' ? t.deleteWord(users.length) : undefined}
          onConfirm={() => begin(action)}
          onClose={() => setAction(undefined)}
        >
          {t.effects[action]}
        </Confirm>
      ) : null}
    </>
  )
}
