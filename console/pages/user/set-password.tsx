import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { FormModal } from '../../ui/form-modal.tsx'
import type { Shown } from './user-type.ts'

export function SetPassword({ UserPoolId, Username, onClose }: Shown & { onClose(): void }) {
  const [Password, setPassword] = useState('')
  const [Permanent, setPermanent] = useState(false)
  const save = async () => {
    await cognito('AdminSetUserPassword', { UserPoolId, Username, Password, Permanent })
    await refresh('AdminGetUser', 'ListUsers', 'AdminListUserSessions')
    flashSuccess(texts.user.passwordSet)
  }
  return (
    <FormModal
      title={texts.user.setPassword}
      action={texts.user.setPassword}
      disabled={Password === ''}
      onSubmit={save}
      onClose={onClose}
    >
      <FormField label={texts.users.create.password}>
        <Input
          type="password"
          autoFocus
          autoComplete="new-password"
          value={Password}
          onChange={({ detail }) => setPassword(detail.value)}
        />
      </FormField>
      <Checkbox checked={Permanent} onChange={({ detail }) => setPermanent(detail.checked)}>
        {texts.users.create.permanent}
      </Checkbox>
    </FormModal>
  )
}
