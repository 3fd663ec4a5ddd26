import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import { useState } from 'react'
import { isRefusal } from '../../api/api-error.ts'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { navigate, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { callbackUrlFault } from '../../ui/callback-url.ts'
import { FormModal } from '../../ui/form-modal.tsx'
import {
  clientInput,
  hasPeople,
  type Purpose,
  purposes,
  resourceServerInput,
  scopeParts,
  suggestedUrls,
} from '../pools/purposes.ts'

const t = texts.clients.create

export function CreateClient({ UserPoolId, onClose }: { UserPoolId: string; onClose(): void }) {
  const [clientName, setClientName] = useState('')
  const [purpose, setPurpose] = useState<Purpose>('web')
  const [callbackUrl, setCallbackUrl] = useState(suggestedUrls.web)
  const [scope, setScope] = useState('api/read')
  const urlFault = hasPeople(purpose) ? callbackUrlFault(callbackUrl) : undefined
  const scopeFault = hasPeople(purpose) || scopeParts(scope) ? undefined : texts.pools.create.badScope

  const create = async () => {
    if (!hasPeople(purpose))
      await cognito('CreateResourceServer', resourceServerInput(UserPoolId, scope)).catch((refused) => {
        // The API is there already; whether it has the scope, the client's creation says.
        if (!isRefusal(refused, 'InvalidParameterException')) throw refused
      })
    const { UserPoolClient } = await cognito(
      'CreateUserPoolClient',
      clientInput(UserPoolId, { purpose, clientName, callbackUrl, scope }),
    )
    await refresh('ListUserPoolClients')
    flashSuccess(t.done(clientName))
    navigate(pathTo('pools/:poolId/clients/:clientId', { poolId: UserPoolId, clientId: UserPoolClient!.ClientId! }))
  }

  return (
    <FormModal
      title={t.title}
      action={t.submit}
      disabled={clientName.trim() === '' || urlFault !== undefined || scopeFault !== undefined}
      onSubmit={create}
      onClose={onClose}
    >
      <FormField label={t.name}>
        <Input
          value={clientName}
          autoFocus
          autoComplete={false}
          onChange={({ detail }) => setClientName(detail.value)}
        />
      </FormField>
      <FormField label={t.purpose}>
        <RadioGroup
          value={purpose}
          onChange={({ detail }) => {
            const chosen = detail.value as Purpose
            setPurpose(chosen)
            setCallbackUrl(suggestedUrls[chosen])
          }}
          items={purposes.map((value) => {
            const [label, description] = texts.pools.create.purposes[value]
            return { value, label, description }
          })}
        />
      </FormField>
      {hasPeople(purpose) ? (
        <FormField
          label={texts.pools.create.callback}
          constraintText={texts.pools.create.callbackHint}
          errorText={urlFault}
        >
          <Input value={callbackUrl} inputMode="url" onChange={({ detail }) => setCallbackUrl(detail.value)} />
        </FormField>
      ) : (
        <FormField
          label={texts.pools.create.scope}
          constraintText={texts.pools.create.scopeHint}
          errorText={scopeFault}
        >
          <Input value={scope} onChange={({ detail }) => setScope(detail.value)} />
        </FormField>
      )}
    </FormModal>
  )
}
