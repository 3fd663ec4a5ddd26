import ColumnLayout from '@cloudscape-design/components/column-layout'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Quantity, Toggle } from '../../ui/fields.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'

const t = texts.signIn.sessions
const readAction = 'cognito-idp:GetUserPoolSessionConfiguration'
const saveAction = 'cognito-idp:SetUserPoolSessionConfiguration'

interface Settings {
  tracking: boolean
  maxPerUser: number
}

const isSound = ({ maxPerUser }: Settings) => Number.isInteger(maxPerUser) && maxPerUser >= 1 && maxPerUser <= 100

/** Whether users and administrators see the open sessions, and how many there may be. */
export function PoolSessions({ UserPoolId }: { UserPoolId: string }) {
  const may = useMay(readAction)
  const { data, error, refetch } = useCognito(
    'GetUserPoolSessionConfiguration',
    { UserPoolId },
    { enabled: may(readAction) },
  )
  if (!may(readAction)) return null
  if (!data) return <Failure error={error} onRetry={refetch} />
  const save = async ({ tracking, maxPerUser }: Settings) => {
    await cognito('SetUserPoolSessionConfiguration', {
      UserPoolId,
      UserSessionTracking: tracking ? 'ENABLED' : 'DISABLED',
      TokenSession: { MaxPerUser: maxPerUser },
    })
    await refresh('GetUserPoolSessionConfiguration', 'AdminListUserSessions')
  }
  return (
    <SettingsForm<Settings>
      as="part"
      title={t.title}
      lead={t.lead}
      settings={{
        tracking: data.UserSessionTracking === 'ENABLED',
        maxPerUser: data.TokenSession?.MaxPerUser ?? Number.NaN,
      }}
      labels={t.fields}
      needs={[saveAction]}
      isSound={isSound}
      onSave={save}
      saved={t.saved}
    >
      {(draft, change) => (
        <ColumnLayout columns={2}>
          <Toggle
            label={t.fields.tracking}
            hint={t.trackingHint}
            value={draft.tracking}
            onChange={(tracking) => change({ tracking })}
          />
          <Quantity
            label={t.fields.maxPerUser}
            hint={t.maxHint}
            fault={isSound(draft) ? undefined : t.badMax}
            value={draft.maxPerUser}
            onChange={(maxPerUser) => change({ maxPerUser })}
          />
        </ColumnLayout>
      )}
    </SettingsForm>
  )
}
