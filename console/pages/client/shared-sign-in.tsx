import { cognito } from '../../api/call.ts'
import type { ClientType } from '../../api/merge.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Quantity } from '../../ui/fields.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'

const t = texts.clients.sessions
const saveAction = 'cognito-idp:SetUserPoolClientSessionConfiguration'
const maxMinutes = 129_600

interface Settings {
  minutes: number
}

const isSound = ({ minutes }: Settings) => Number.isInteger(minutes) && minutes >= 0 && minutes <= maxMinutes

/** For how long the app takes a sign-in at another app for its own. */
export default function SharedSignIn({ client }: { client: ClientType }) {
  const key = { UserPoolId: client.UserPoolId!, ClientId: client.ClientId! }
  const { data, error, refetch } = useCognito('GetUserPoolClientSessionConfiguration', key)
  if (!data) return <Failure error={error} onRetry={refetch} />
  return (
    <SettingsForm<Settings>
      as="part"
      title={t.title}
      lead={t.lead}
      settings={{ minutes: data.SSOSession?.MaxValidityMinutes ?? Number.NaN }}
      labels={{ minutes: t.minutes }}
      needs={[saveAction]}
      isSound={isSound}
      onSave={async ({ minutes }) => {
        await cognito('SetUserPoolClientSessionConfiguration', { ...key, SSOSession: { MaxValidityMinutes: minutes } })
        await refresh('GetUserPoolClientSessionConfiguration')
      }}
      saved={t.saved}
    >
      {(draft, change) => (
        <Quantity
          label={t.minutes}
          hint={t.hint}
          fault={isSound(draft) ? undefined : t.bad}
          value={draft.minutes}
          onChange={(minutes) => change({ minutes })}
        />
      )}
    </SettingsForm>
  )
}
