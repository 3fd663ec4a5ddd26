import Button from '@cloudscape-design/components/button'
import ButtonDropdown, { type ButtonDropdownProps } from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { isRoot, useSession } from '../../session/session.ts'
import { settings } from '../../settings.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { navigate } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { useAction } from '../../ui/use-action.ts'
import { SetPassword } from './set-password.tsx'
import { SignInAs } from './sign-in-as.tsx'
import { attributeOf, displayName, type Shown, type User } from './user-type.ts'

const t = texts.user

interface Action {
  id: string
  text: string
  needs: string
  /** Whether it makes sense for the user as they are. */
  fits(user: User): boolean
  call(shown: Shown): Promise<unknown>
  done: string
  /** What is asked before. */
  question?: string
}

const isLocal = ({ UserStatus }: User) => UserStatus !== 'EXTERNAL_PROVIDER'

const actions: Action[] = [
  {
    id: 'enable',
    text: t.enable,
    needs: 'cognito-idp:AdminEnableUser',
    fits: ({ Enabled }) => !Enabled,
    call: ({ UserPoolId, Username }) => cognito('AdminEnableUser', { UserPoolId, Username }),
    done: t.enabled,
  },
  {
    id: 'confirm',
    text: t.confirm,
    needs: 'cognito-idp:AdminConfirmSignUp',
    fits: ({ UserStatus }) => UserStatus === 'UNCONFIRMED',
    call: ({ UserPoolId, Username }) => cognito('AdminConfirmSignUp', { UserPoolId, Username }),
    done: t.confirmed,
  },
  {
    id: 'resend',
    text: t.resend,
    needs: 'cognito-idp:AdminCreateUser',
    fits: ({ UserStatus }) => UserStatus === 'FORCE_CHANGE_PASSWORD',
    call: ({ UserPoolId, Username, user }) =>
      cognito('AdminCreateUser', {
        UserPoolId,
        Username,
        MessageAction: 'RESEND',
        // Left out, it would be SMS alone.
        DesiredDeliveryMediums: [attributeOf(user, 'email') === undefined ? 'SMS' : 'EMAIL'],
      }),
    done: t.resent,
  },
  {
    id: 'reset',
    text: t.reset,
    needs: 'cognito-idp:AdminResetUserPassword',
    fits: (user) => isLocal(user) && user.UserStatus !== 'FORCE_CHANGE_PASSWORD',
    call: ({ UserPoolId, Username }) => cognito('AdminResetUserPassword', { UserPoolId, Username }),
    done: t.wasReset,
    question: t.resetText,
  },
  {
    id: 'sign-out',
    text: t.signOut,
    needs: 'cognito-idp:AdminUserGlobalSignOut',
    fits: () => true,
    call: ({ UserPoolId, Username }) => cognito('AdminUserGlobalSignOut', { UserPoolId, Username }),
    done: t.signedOut,
    question: t.signOutText,
  },
  {
    id: 'disable',
    text: t.disable,
    needs: 'cognito-idp:AdminDisableUser',
    fits: ({ Enabled }) => Boolean(Enabled),
    call: ({ UserPoolId, Username }) => cognito('AdminDisableUser', { UserPoolId, Username }),
    done: t.disabled,
    question: t.disableText,
  },
]

const passwordAction = 'cognito-idp:AdminSetUserPassword'
const deleteAction = 'cognito-idp:AdminDeleteUser'

export function UserActions(shown: Shown) {
  const { user, UserPoolId, Username } = shown
  const may = useMay(...actions.map(({ needs }) => needs), passwordAction, deleteAction)
  const session = useSession()
  const [run, busy] = useAction()
  const [asked, setAsked] = useState<string>()
  const close = () => setAsked(undefined)
  const offered = actions.filter(({ needs, fits }) => may(needs) && fits(user))
  const perform = async (action: Action) => {
    await action.call(shown)
    await refresh('AdminGetUser', 'ListUsers', 'AdminListUserSessions', 'AdminListUserAuthEvents')
  }
  const choose = (id: string) => {
    const action = offered.find((one) => one.id === id)
    if (action && action.question === undefined) void run(() => perform(action), action.done)
    else setAsked(id)
  }
  const question = offered.find(({ id }) => id === asked)
  const items: ButtonDropdownProps.Items = [
    ...offered.map(({ id, text }) => ({ id, text })),
    ...(may(passwordAction) && isLocal(user) ? [{ id: 'password', text: t.setPassword }] : []),
    ...(settings.mode === 'dev' && isRoot(session) ? [{ id: 'sign-in-as', text: texts.devTools.signInAs.action }] : []),
    ...(may(deleteAction) ? [{ id: 'delete', text: texts.common.delete }] : []),
  ]
  // The step that most probably comes next stands by itself.
  const next = offered.find(({ question }) => question === undefined)
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {next ? (
        <Button variant="primary" loading={busy} onClick={() => choose(next.id)}>
          {next.text}
        </Button>
      ) : null}
      {items.length > 0 ? (
        <ButtonDropdown items={items} loading={busy} onItemClick={({ detail }) => choose(detail.id)}>
          {t.more}
        </ButtonDropdown>
      ) : null}
      {question ? (
        <Confirm
          title={`${question.text}?`}
          action={question.text}
          onConfirm={() => perform(question).then(() => flashSuccess(question.done))}
          onClose={close}
        >
          {question.question}
        </Confirm>
      ) : null}
      {asked === 'password' ? <SetPassword {...shown} onClose={close} /> : null}
      {asked === 'sign-in-as' ? <SignInAs {...shown} onClose={close} /> : null}
      {asked === 'delete' ? (
        <Confirm
          title={t.deleteTitle}
          action={texts.common.delete}
          typed={displayName(user)}
          onClose={close}
          onConfirm={async () => {
            await cognito('AdminDeleteUser', { UserPoolId, Username })
            await refresh('ListUsers')
            flashSuccess(t.deleted(displayName(user)))
            navigate(`pools/${UserPoolId}/users`)
          }}
        >
          {t.deleteText}
        </Confirm>
      ) : null}
    </SpaceBetween>
  )
}
