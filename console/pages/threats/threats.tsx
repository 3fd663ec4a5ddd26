import Alert from '@cloudscape-design/components/alert'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { mayLeave, type PageProps, useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { CheckList, Choice, Lines, LongText, Text, Toggle } from '../../ui/fields.tsx'
import { Part } from '../../ui/part.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'
import { UnreadPage } from '../../ui/unread-page.tsx'
import {
  badRange,
  inputOf,
  isSubjectMissing,
  levels,
  merged,
  notices,
  type RiskSettings,
  settingsOf,
} from './risk-settings.ts'

const t = texts.threats
const f = t.fields
const listAction = 'cognito-idp:ListUserPoolClients'

export default function ThreatsPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const [query, setQuery] = useQueryParams()
  const may = useMay(listAction)
  const clients =
    useCognito('ListUserPoolClients', { UserPoolId, MaxResults: 60 }, { enabled: may(listAction) }).data
      ?.UserPoolClients ?? []
  const pool = useCognito('DescribeUserPool', { UserPoolId }).data?.UserPool
  const client = clients.find(({ ClientId }) => ClientId === query.client)
  const key = { UserPoolId, ...(client && { ClientId: client.ClientId! }) }
  const isOff = pool && (pool.UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF') === 'OFF'
  return (
    <Protection key={client?.ClientId ?? ''} riskKey={key}>
      {isOff ? <Alert type="info">{t.off}</Alert> : null}
      <FormField label={t.scope}>
        <Select
          expandToViewport
          selectedOption={client ? { value: client.ClientId!, label: t.app(client.ClientName!) } : everyApp}
          options={[
            everyApp,
            ...clients.map(({ ClientId, ClientName }) => ({ value: ClientId!, label: t.app(ClientName!) })),
          ]}
          onChange={({ detail }) => mayLeave() && setQuery({ client: detail.selectedOption.value })}
        />
      </FormField>
    </Protection>
  )
}

const everyApp = { value: '', label: t.everyApp }

function Protection({
  riskKey,
  children,
}: {
  riskKey: { UserPoolId: string; ClientId?: string }
  children: React.ReactNode
}) {
  const query = useCognito('DescribeRiskConfiguration', riskKey)
  if (!query.data) return <UnreadPage title={t.title} lead={t.lead} queries={[query]} />
  const save = async (draft: RiskSettings, changed: string[]) => {
    const current = await cognito('DescribeRiskConfiguration', riskKey)
    await cognito('SetRiskConfiguration', {
      ...riskKey,
      ...inputOf(merged(settingsOf(current.RiskConfiguration ?? {}), draft, changed)),
    })
    await refresh('DescribeRiskConfiguration')
  }
  return (
    <SettingsForm<RiskSettings>
      as="page"
      title={t.title}
      lead={t.lead}
      settings={settingsOf(query.data.RiskConfiguration ?? {})}
      labels={f}
      needs={['cognito-idp:SetRiskConfiguration']}
      isSound={(draft) => !badRange(draft.blocked) && !badRange(draft.skipped) && !isSubjectMissing(draft)}
      onSave={save}
      saved={t.saved}
      above={<div className="above">{children}</div>}
    >
      {(draft, change) => (
        <SpaceBetween size="l">
          <Risks draft={draft} change={change} />
          <Exceptions draft={draft} change={change} />
          <Notices draft={draft} change={change} />
        </SpaceBetween>
      )}
    </SettingsForm>
  )
}

interface SectionProps {
  draft: RiskSettings
  change(part: Partial<RiskSettings>): void
}

function Risks({ draft, change }: SectionProps) {
  return (
    <Part title={t.risks}>
      <ColumnLayout columns={3}>
        {levels.map((level) => (
          <SpaceBetween key={level} size="s">
            <Choice<RiskSettings['low']>
              label={f[level]!}
              options={t.actions}
              value={draft[level]}
              onChange={(action) => change({ [level]: action })}
            />
            <Toggle
              label={f[`${level}Notify`]!}
              value={draft[`${level}Notify`]}
              onChange={(on) => change({ [`${level}Notify`]: on })}
            />
          </SpaceBetween>
        ))}
      </ColumnLayout>
    </Part>
  )
}

function Exceptions({ draft, change }: SectionProps) {
  const fault = (lines: string[]) => {
    const line = badRange(lines)
    return line === undefined ? undefined : t.badRange(line)
  }
  return (
    <ColumnLayout columns={2}>
      <Part title={t.passwords}>
        <SpaceBetween size="m">
          <Choice<RiskSettings['compromised']>
            label={f.compromised!}
            options={t.compromisedActions}
            value={draft.compromised}
            onChange={(compromised) => change({ compromised })}
          />
          {draft.compromised === 'UNSET' ? null : (
            <CheckList
              label={f.events!}
              options={t.eventNames}
              value={draft.events}
              onChange={(events) => change({ events })}
            />
          )}
        </SpaceBetween>
      </Part>
      <Part title={t.addresses}>
        <SpaceBetween size="m">
          <Lines
            label={f.blocked!}
            hint={t.addressHint}
            fault={fault(draft.blocked)}
            value={draft.blocked}
            onChange={(blocked) => change({ blocked })}
          />
          <Lines
            label={f.skipped!}
            hint={t.addressHint}
            fault={fault(draft.skipped)}
            value={draft.skipped}
            onChange={(skipped) => change({ skipped })}
          />
        </SpaceBetween>
      </Part>
    </ColumnLayout>
  )
}

function Notices({ draft, change }: SectionProps) {
  return (
    <Part title={t.notices} lead={t.noticesLead}>
      <SpaceBetween size="m">
        <ColumnLayout columns={3}>
          <Text
            label={f.sourceArn!}
            hint={t.sourceHint}
            value={draft.sourceArn}
            onChange={(sourceArn) => change({ sourceArn })}
          />
          <Text label={f.from!} value={draft.from} onChange={(from) => change({ from })} />
          <Text label={f.replyTo!} value={draft.replyTo} onChange={(replyTo) => change({ replyTo })} />
        </ColumnLayout>
        {notices.map((name) => (
          <ExpandableSection key={name} headerText={f[`${name}Subject`]!.split(':')[0]!}>
            <SpaceBetween size="s">
              <Text
                label={f[`${name}Subject`]!}
                fault={
                  draft[`${name}Subject`] === '' && draft[`${name}Html`] + draft[`${name}Text`] !== ''
                    ? t.subjectMissing
                    : undefined
                }
                value={draft[`${name}Subject`]}
                onChange={(text) => change({ [`${name}Subject`]: text })}
              />
              <LongText
                label={f[`${name}Html`]!}
                value={draft[`${name}Html`]}
                onChange={(text) => change({ [`${name}Html`]: text })}
              />
              <LongText
                label={f[`${name}Text`]!}
                value={draft[`${name}Text`]}
                onChange={(text) => change({ [`${name}Text`]: text })}
              />
            </SpaceBetween>
          </ExpandableSection>
        ))}
      </SpaceBetween>
    </Part>
  )
}
