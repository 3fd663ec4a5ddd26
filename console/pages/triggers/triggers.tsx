import Alert from '@cloudscape-design/components/alert'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useCognito } from '../../api/queries.ts'
import { savePool } from '../../api/save.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Choice, Text } from '../../ui/fields.tsx'
import { Part } from '../../ui/part.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'
import { UnreadPage } from '../../ui/unread-page.tsx'
import { TriggerActivity } from './trigger-activity.tsx'
import {
  isFunction,
  lambdaChangeOf,
  plainTriggers,
  settingsOf,
  type TriggerName,
  type TriggerSettings,
  versionedTriggers,
} from './trigger-settings.ts'

const t = texts.triggers
const functions = [...plainTriggers, ...versionedTriggers, 'PreTokenGeneration'] as TriggerName[]

const groups: Record<keyof typeof t.groups, TriggerName[]> = {
  signUp: ['PreSignUp', 'PostConfirmation', 'UserMigration'],
  signIn: [
    'PreAuthentication',
    'PostAuthentication',
    'DefineAuthChallenge',
    'CreateAuthChallenge',
    'VerifyAuthChallengeResponse',
  ],
  tokens: ['PreTokenGeneration', 'InboundFederation'],
  messages: ['CustomMessage', 'CustomEmailSender', 'CustomSMSSender', 'KMSKeyID'],
}

const isKeyMissing = (draft: TriggerSettings) =>
  (draft.CustomEmailSender !== '' || draft.CustomSMSSender !== '') && draft.KMSKeyID === ''

export default function TriggersPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const query = useCognito('DescribeUserPool', { UserPoolId })
  const pool = query.data?.UserPool
  if (!pool) return <UnreadPage title={t.title} lead={t.lead} queries={[query]} />
  return (
    <SettingsForm<TriggerSettings>
      as="page"
      title={t.title}
      lead={t.lead}
      above={
        <div className="above">
          <Alert type="info" header={t.where}>
            {t.whereText}
          </Alert>
          <TriggerActivity UserPoolId={UserPoolId} functions={settingsOf(pool)} />
        </div>
      }
      settings={settingsOf(pool)}
      labels={t.fields}
      needs={['cognito-idp:UpdateUserPool']}
      isSound={(draft) =>
        functions.every((name) => name === 'KMSKeyID' || isFunction(draft[name])) && !isKeyMissing(draft)
      }
      onSave={(draft, changed) => savePool(UserPoolId, (pool) => lambdaChangeOf(pool, draft, changed))}
      saved={t.saved}
    >
      {(draft, change) => (
        <SpaceBetween size="l">
          {(Object.keys(groups) as (keyof typeof groups)[]).map((group) => (
            <Part key={group} title={t.groups[group]}>
              <ColumnLayout columns={2}>
                {groups[group].map((name) => (
                  <Text
                    key={name}
                    label={t.fields[name]!}
                    hint={t.hints[name]}
                    fault={faultOf(name, draft)}
                    value={draft[name]}
                    onChange={(text) => change({ [name]: text.trim() } as Partial<TriggerSettings>)}
                  />
                ))}
                {group === 'tokens' && draft.PreTokenGeneration !== '' ? (
                  <Choice<TriggerSettings['tokenVersion']>
                    label={t.fields.tokenVersion!}
                    options={t.versions}
                    value={draft.tokenVersion}
                    onChange={(tokenVersion) => change({ tokenVersion })}
                  />
                ) : null}
              </ColumnLayout>
            </Part>
          ))}
        </SpaceBetween>
      )}
    </SettingsForm>
  )
}

function faultOf(name: TriggerName, draft: TriggerSettings): string | undefined {
  if (name === 'KMSKeyID') return isKeyMissing(draft) ? t.keyMissing : undefined
  return isFunction(draft[name]) ? undefined : t.badArn
}
