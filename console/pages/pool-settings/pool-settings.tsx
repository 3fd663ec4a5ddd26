import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { savePool } from '../../api/save.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { CheckList, Choice, Lines, Text, Toggle } from '../../ui/fields.tsx'
import { Pairs, recordOf } from '../../ui/pairs.tsx'
import { Part } from '../../ui/part.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'
import { UnreadPage } from '../../ui/unread-page.tsx'
import { Attributes } from './attributes.tsx'
import { LogDelivery } from './log-delivery.tsx'
import { Replicas } from './replicas.tsx'
import { isOfMfa, isOfSms, mfaInputOf, type PoolSettings, poolChangeOf, settingsOf } from './settings.ts'

const t = texts.poolSettings
const f = t.fields

export default function PoolSettingsPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const pool = useCognito('DescribeUserPool', { UserPoolId })
  const mfa = useCognito('GetUserPoolMfaConfig', { UserPoolId })
  const may = useMay('cognito-idp:GetLogDeliveryConfiguration', 'cognito-idp:ListUserPoolReplicas')
  if (!pool.data?.UserPool || !mfa.data) return <UnreadPage title={t.title} lead={t.lead} queries={[pool, mfa]} />
  return (
    <SpaceBetween size="l">
      <SettingsForm<PoolSettings>
        as="page"
        title={t.title}
        lead={t.lead}
        settings={settingsOf(pool.data.UserPool, mfa.data)}
        labels={f}
        review={(draft) => ({ ...draft, tags: recordOf(draft.tags), levels: recordOf(draft.levels) })}
        needs={['cognito-idp:UpdateUserPool', 'cognito-idp:SetUserPoolMfaConfig']}
        isSound={({ name }) => name.trim() !== ''}
        onSave={(draft, changed) => save(UserPoolId, draft, changed)}
        saved={t.saved}
      >
        {(draft, change) => <Fields draft={draft} change={change} />}
      </SettingsForm>
      <Attributes pool={pool.data.UserPool} />
      {may('cognito-idp:GetLogDeliveryConfiguration') ? <LogDelivery UserPoolId={UserPoolId} /> : null}
      {may('cognito-idp:ListUserPoolReplicas') ? <Replicas UserPoolId={UserPoolId} /> : null}
    </SpaceBetween>
  )
}

async function save(UserPoolId: string, draft: PoolSettings, changed: string[]): Promise<void> {
  const before = await cognito('GetUserPoolMfaConfig', { UserPoolId })
  if (changed.some((name) => !isOfMfa(name))) await savePool(UserPoolId, (pool) => poolChangeOf(pool, draft, changed))
  // The server takes a mention of SMS for the wish to have it as a second factor.
  const addsSms = changed.some(isOfSms) && before.MfaConfiguration !== 'OFF' && !before.SmsMfaConfiguration
  if (!addsSms && !changed.some(isOfMfa)) return
  const mfa = addsSms ? before : await cognito('GetUserPoolMfaConfig', { UserPoolId })
  await cognito('SetUserPoolMfaConfig', mfaInputOf(UserPoolId, mfa, draft, changed))
  await refresh('GetUserPoolMfaConfig')
}

interface FieldsProps {
  draft: PoolSettings
  change(part: Partial<PoolSettings>): void
}

const grants = texts.clients.grants

function Fields({ draft, change }: FieldsProps) {
  return (
    <SpaceBetween size="l">
      <Part title={t.general}>
        <SpaceBetween size="m">
          <ColumnLayout columns={2}>
            <Text label={f.name!} value={draft.name} onChange={(name) => change({ name })} />
            <Choice<PoolSettings['tier']>
              label={f.tier!}
              options={t.tiers}
              value={draft.tier}
              onChange={(tier) => change({ tier })}
            />
          </ColumnLayout>
          <Toggle label={f.protection!} value={draft.protection} onChange={(protection) => change({ protection })} />
          <h3>{f.tags}</h3>
          <Pairs
            nameLabel={t.tagName}
            valueLabel={t.tagValue}
            add={t.addTag}
            empty={t.noTags}
            pairs={draft.tags}
            onChange={(tags) => change({ tags })}
          />
        </SpaceBetween>
      </Part>
      <Part title={t.parts.devices}>
        <ColumnLayout columns={2}>
          <Text
            label={f.relyingParty!}
            hint={t.hints.relyingParty}
            value={draft.relyingParty}
            onChange={(relyingParty) => change({ relyingParty })}
          />
          <Choice<PoolSettings['userVerification']>
            label={f.userVerification!}
            options={t.verifications}
            value={draft.userVerification}
            onChange={(userVerification) => change({ userVerification })}
          />
          <Toggle label={f.newDevice!} value={draft.newDevice} onChange={(newDevice) => change({ newDevice })} />
          <Choice<PoolSettings['customAuth']>
            label={f.customAuth!}
            options={t.modes}
            value={draft.customAuth}
            onChange={(customAuth) => change({ customAuth })}
          />
        </ColumnLayout>
      </Part>
      <Tokens draft={draft} change={change} />
      <Part title={t.parts.sms} lead={t.hints.sms}>
        <ColumnLayout columns={3}>
          <Text label={f.smsRole!} value={draft.smsRole} onChange={(smsRole) => change({ smsRole })} />
          <Text
            label={f.smsExternalId!}
            value={draft.smsExternalId}
            onChange={(smsExternalId) => change({ smsExternalId })}
          />
          <Text label={f.smsRegion!} value={draft.smsRegion} onChange={(smsRegion) => change({ smsRegion })} />
        </ColumnLayout>
      </Part>
      <Registration draft={draft} change={change} />
    </SpaceBetween>
  )
}

function Tokens({ draft, change }: FieldsProps) {
  return (
    <Part title={t.parts.tokens}>
      <SpaceBetween size="m">
        <ColumnLayout columns={3}>
          <Choice<PoolSettings['issuer']>
            label={f.issuer!}
            options={t.issuers}
            value={draft.issuer}
            onChange={(issuer) => change({ issuer })}
          />
          <Choice<PoolSettings['keyType']>
            label={f.keyType!}
            options={t.keyTypes}
            value={draft.keyType}
            onChange={(keyType) => change({ keyType, ...(keyType === 'AWS_OWNED_KEY' && { keyArn: '' }) })}
          />
          {draft.keyType === 'CUSTOMER_MANAGED_KEY' ? (
            <Text label={f.keyArn!} value={draft.keyArn} onChange={(keyArn) => change({ keyArn })} />
          ) : null}
        </ColumnLayout>
        <h3>{f.levels}</h3>
        <Pairs
          nameLabel={t.level}
          valueLabel={t.levelValue}
          add={t.addLevel}
          empty={t.noLevels}
          pairs={draft.levels}
          onChange={(levels) => change({ levels })}
        />
      </SpaceBetween>
    </Part>
  )
}

function Registration({ draft, change }: FieldsProps) {
  return (
    <Part title={t.parts.registration} lead={t.hints.registration}>
      <SpaceBetween size="m">
        <Toggle
          label={f.registration!}
          value={draft.registration}
          onChange={(registration) => change({ registration })}
        />
        {draft.registration ? (
          <ColumnLayout columns={4}>
            <Toggle
              label={f.openRegistration!}
              value={draft.openRegistration}
              onChange={(openRegistration) => change({ openRegistration })}
            />
            <CheckList
              label={f.openGrants!}
              options={grants}
              value={draft.openGrants}
              onChange={(openGrants) => change({ openGrants })}
            />
            <CheckList
              label={f.tokenGrants!}
              options={grants}
              value={draft.tokenGrants}
              onChange={(tokenGrants) => change({ tokenGrants })}
            />
            <Lines
              label={f.registrationScopes!}
              value={draft.registrationScopes}
              onChange={(registrationScopes) => change({ registrationScopes })}
            />
          </ColumnLayout>
        ) : null}
      </SpaceBetween>
    </Part>
  )
}
