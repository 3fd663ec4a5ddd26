import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import type { NewKey } from './key-table.tsx'

const t = texts.roles.keys
const secondsOfDay = 86_400

interface Props {
  roleName: string
  onMade(key: NewKey): void
  onClose(): void
}

export function CreateKey({ roleName, onMade, onClose }: Props) {
  const [service, setService] = useState('')
  const [days, setDays] = useState('')
  const areDays = days === '' || /^[1-9]\d{0,4}$/.test(days)
  const create = async () => {
    const ExpirationDate = Math.floor(Date.now() / 1000) + Number(days) * secondsOfDay
    const made = await poolhouse('CreateAccessKey', {
      RoleName: roleName,
      ServiceName: service.trim(),
      ...(days !== '' && { ExpirationDate }),
    })
    await refresh('ListAccessKeys')
    onMade(made)
    flashSuccess(t.created)
  }
  return (
    <FormModal
      title={t.create}
      action={texts.common.create}
      disabled={service.trim() === '' || !areDays}
      onSubmit={create}
      onClose={onClose}
    >
      <Text label={t.service} hint={t.serviceHint} value={service} autoFocus onChange={setService} />
      <Text
        label={t.expires}
        hint={t.expiresHint}
        fault={areDays ? undefined : t.badDays}
        value={days}
        onChange={(value) => setDays(value.trim())}
      />
    </FormModal>
  )
}
