import Alert from '@cloudscape-design/components/alert'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useRef, useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { type Failed, inParallel } from '../../ui/in-parallel.ts'

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

interface Chosen {
  Username?: string
}

/** The same for every user that is selected: the progress is shown, and what was refused. */
export function BulkActions({ UserPoolId, users, onDone }: { UserPoolId: string; users: Chosen[]; onDone(): void }) {
  const may = useMay(...actions.map(actionName))
  const [action, setAction] = useState<Action>()
  const offered = actions.filter((name) => may(actionName(name)))
  if (offered.length === 0) return null
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
        <Bulk
          UserPoolId={UserPoolId}
          users={users}
          action={action}
          onClose={(isDone) => {
            setAction(undefined)
            if (isDone) onDone()
          }}
        />
      ) : null}
    </>
  )
}

interface BulkProps {
  UserPoolId: string
  users: Chosen[]
  action: Action
  onClose(isDone: boolean): void
}

function Bulk({ UserPoolId, users, action, onClose }: BulkProps) {
  const [done, setDone] = useState<number>()
  const [failed, setFailed] = useState<Failed<Chosen>[]>([])
  const stopped = useRef(false)
  const run = async () => {
    const work = ({ Username }: Chosen) => cognito(operations[action], { UserPoolId, Username: Username! })
    const refused = await inParallel(users, work, setDone, { isStopped: () => stopped.current })
    await refresh('ListUsers', 'AdminGetUser')
    setFailed(refused)
    if (refused.length > 0) throw refused[0]!.error
    flashSuccess(t.done(users.length))
    onClose(true)
  }
  return (
    <Confirm
      title={t.question(t[action], t.title(users.length))}
      action={t[action]}
      typed={action === 'delete' ? t.deleteWord(users.length) : undefined}
      onConfirm={run}
      onClose={() => {
        stopped.current = true
        onClose(done !== undefined)
      }}
    >
      <SpaceBetween size="m">
        <div>{t.effects[action]}</div>
        {done !== undefined ? (
          <ProgressBar
            value={(100 * done) / users.length}
            label={t[action]}
            description={t.progress(done, users.length)}
          />
        ) : null}
        {failed.length > 0 ? (
          <Alert type="error" header={t.failed(failed.length)}>
            <ul>
              {failed.map(({ item, error }) => (
                <li key={item.Username}>
                  {item.Username}: {(error as Error).message}
                </li>
              ))}
            </ul>
          </Alert>
        ) : null}
      </SpaceBetween>
    </Confirm>
  )
}
