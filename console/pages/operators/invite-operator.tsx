import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Choice, Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'

const t = texts.operators

type Invitation = keyof typeof t.invitations

interface Props {
  onPassword(password: string | undefined): void
  onClose(): void
}

/** Makes an administrator, and what operators need where it is not there yet. */
export function InviteOperator({ onPassword, onClose }: Props) {
  const [email, setEmail] = useState('')
  const [invitation, setInvitation] = useState<Invitation>('SEND')
  const isEmail = /^\S+@\S+$/.test(email.trim())
  const invite = async () => {
    const Email = email.trim()
    const { TemporaryPassword } = await poolhouse('SetUpOperators', { Email, Invitation: invitation })
    onPassword(TemporaryPassword)
    await refresh('GetOperatorsPool', 'ListGroups', 'ListUsersInGroup', 'ListRoles', 'ListUserPools')
    flashSuccess(t.done(Email))
  }
  return (
    <FormModal title={t.invite} action={t.invite} disabled={!isEmail} onSubmit={invite} onClose={onClose}>
      <Text
        label={t.email}
        hint={t.emailHint}
        fault={email === '' || isEmail ? undefined : t.badEmail}
        value={email}
        autoFocus
        onChange={setEmail}
      />
      <Choice<Invitation> label={t.invitation} options={t.invitations} value={invitation} onChange={setInvitation} />
    </FormModal>
  )
}
