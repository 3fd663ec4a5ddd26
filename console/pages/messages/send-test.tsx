import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import type { PoolhouseInput } from '../../api/wire.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Choice, Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'

const t = texts.messages.test
const action = 'poolhouse:SendTestMessage'

type Input = PoolhouseInput<'SendTestMessage'>

const templates = {
  code: 'Verification',
  link: 'VerificationLink',
  invite: 'Invitation',
  mfa: 'SecondFactor',
} as const satisfies Record<string, Input['Template']>

interface Props {
  UserPoolId: string
  kind: keyof typeof templates
  hasMail: boolean
}

export function SendTest(props: Props) {
  const may = useMay(action)
  const [isOpen, setOpen] = useState(false)
  if (!may(action)) return null
  const title = t.title(texts.messages.kinds[props.kind])
  return (
    <>
      <Button ariaLabel={title} onClick={() => setOpen(true)}>
        {t.button}
      </Button>
      {isOpen ? <Form {...props} title={title} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Form({ UserPoolId, kind, hasMail, title, onClose }: Props & { title: string; onClose(): void }) {
  const [Medium, setMedium] = useState<Input['Medium']>(hasMail ? 'EMAIL' : 'SMS')
  const [address, setAddress] = useState('')
  const Address = address.trim()
  const send = async () => {
    const input = { UserPoolId, Template: templates[kind], Medium, Address }
    const { Status, Reason = '' } = await poolhouse('SendTestMessage', input)
    if (Status === 'Failed') throw new ApiError('CodeDeliveryFailureException', t.failed(Reason))
    flashSuccess(t.sent(Address))
  }
  return (
    <FormModal title={title} action={t.send} disabled={Address === ''} onSubmit={send} onClose={onClose}>
      <div>{t.lead}</div>
      {hasMail && kind !== 'link' ? (
        <Choice<Input['Medium']> label={t.medium} options={t.mediums} value={Medium} onChange={setMedium} />
      ) : null}
      <Text
        label={Medium === 'EMAIL' ? t.email : t.phone}
        hint={Medium === 'EMAIL' ? undefined : t.phoneHint}
        autoFocus
        value={address}
        onChange={setAddress}
      />
    </FormModal>
  )
}
