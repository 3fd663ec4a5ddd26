import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { FormModal } from '../../ui/form-modal.tsx'

const t = texts.groups

type Group = NonNullable<CognitoOutput<'GetGroup'>['Group']>

interface Props {
  UserPoolId: string
  /** To change; without it one is created. */
  group?: Group
  onClose(): void
}

/** An update of a group changes only what it is given, so that everything shown is sent. */
export function GroupForm({ UserPoolId, group, onClose }: Props) {
  const [name, setName] = useState(group?.GroupName ?? '')
  const [description, setDescription] = useState(group?.Description ?? '')
  const [precedence, setPrecedence] = useState(group?.Precedence?.toString() ?? '')
  const [role, setRole] = useState(group?.RoleArn ?? '')
  const isNumber = precedence === '' || /^\d{1,9}$/.test(precedence)
  const save = async () => {
    const input = {
      UserPoolId,
      GroupName: name.trim(),
      Description: description,
      ...(precedence !== '' && { Precedence: Number(precedence) }),
      ...(role.trim() !== '' && { RoleArn: role.trim() }),
    }
    await (group ? cognito('UpdateGroup', input) : cognito('CreateGroup', input))
    await refresh('ListGroups', 'GetGroup')
    flashSuccess(group ? t.saved : t.created(name))
  }
  return (
    <FormModal
      title={group ? t.edit : t.create}
      action={group ? texts.common.save : texts.common.create}
      disabled={name.trim() === '' || !isNumber}
      onSubmit={save}
      onClose={onClose}
    >
      {group ? null : (
        <FormField label={texts.common.name}>
          <Input value={name} autoFocus autoComplete={false} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      )}
      <FormField label={texts.common.description}>
        <Input value={description} autoComplete={false} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
      <FormField
        label={t.precedence}
        constraintText={t.precedenceHint}
        errorText={isNumber ? undefined : t.badPrecedence}
      >
        <Input
          value={precedence}
          inputMode="numeric"
          autoComplete={false}
          onChange={({ detail }) => setPrecedence(detail.value.trim())}
        />
      </FormField>
      <FormField label={t.role}>
        <Input value={role} autoComplete={false} onChange={({ detail }) => setRole(detail.value)} />
      </FormField>
    </FormModal>
  )
}
