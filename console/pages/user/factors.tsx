import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Part } from '../../ui/part.tsx'
import { displayName, type Shown, type User } from './user-type.ts'

const t = texts.user
const readAction = 'cognito-idp:AdminGetUserAuthFactors'
const removeAction = 'cognito-idp:AdminDeleteSoftwareToken'
const mfaAction = 'cognito-idp:AdminSetUserMFAPreference'

const nameOf = (factor: string) => t.factorNames[factor] ?? factor

export function Factors({ UserPoolId, Username, user }: Shown) {
  const may = useMay(readAction, removeAction, mfaAction)
  const query = useCognito('AdminGetUserAuthFactors', { UserPoolId, Username }, { enabled: may(readAction) })
  const [asked, setAsked] = useState<string>()
  const factors = query.data?.ConfiguredUserAuthFactors ?? []
  const second = user.UserMFASettingList ?? []
  const items = [
    ...(may(removeAction) && second.includes('SOFTWARE_TOKEN_MFA') ? [{ id: 'token', text: t.removeToken }] : []),
    ...(may(mfaAction) && second.length > 0 ? [{ id: 'mfa', text: t.noMfa }] : []),
  ]
  const after = (done: string) => async () => {
    await refresh('AdminGetUser', 'AdminGetUserAuthFactors')
    flashSuccess(done)
  }
  return (
    <Part
      title={t.factors}
      {...(may(readAction) && { query })}
      actions={
        items.length > 0 ? (
          <ButtonDropdown items={items} onItemClick={({ detail }) => setAsked(detail.id)}>
            {texts.common.actions}
          </ButtonDropdown>
        ) : null
      }
    >
      <KeyValuePairs
        columns={2}
        items={[
          ...(may(readAction)
            ? [{ label: t.configured, value: factors.map(nameOf).join(', ') || texts.common.none }]
            : []),
          { label: t.secondFactors, value: secondFactors(user) },
        ]}
      />
      {asked === 'token' ? (
        <Confirm
          title={`${t.removeToken}?`}
          action={t.removeToken}
          typed={displayName(user)}
          onClose={() => setAsked(undefined)}
          onConfirm={() => cognito('AdminDeleteSoftwareToken', { UserPoolId, Username }).then(after(t.tokenRemoved))}
        >
          {t.removeTokenText}
        </Confirm>
      ) : null}
      {asked === 'mfa' ? (
        <Confirm
          title={`${t.noMfa}?`}
          action={t.noMfa}
          onClose={() => setAsked(undefined)}
          onConfirm={() =>
            cognito('AdminSetUserMFAPreference', { UserPoolId, Username, ...withoutFactors(second) }).then(
              after(t.mfaOff),
            )
          }
        >
          {t.noMfaText}
        </Confirm>
      ) : null}
    </Part>
  )
}

function secondFactors({ UserMFASettingList = [], PreferredMfaSetting }: User): string {
  if (UserMFASettingList.length === 0) return t.noFactors
  const named = (factor: string) =>
    factor === PreferredMfaSetting ? `${nameOf(factor)} (${t.preferred})` : nameOf(factor)
  return UserMFASettingList.map(named).join(', ')
}

const off = { Enabled: false, PreferredMfa: false }

/** Only what is on is mentioned: what the pool does not offer can't be. */
const withoutFactors = (second: string[]) => ({
  ...(second.includes('SOFTWARE_TOKEN_MFA') && { SoftwareTokenMfaSettings: off }),
  ...(second.includes('SMS_MFA') && { SMSMfaSettings: off }),
  ...(second.includes('EMAIL_OTP') && { EmailMfaSettings: off }),
  ...(second.includes('WEB_AUTHN_MFA') && { WebAuthnMfaSettings: { Enabled: false } }),
})
