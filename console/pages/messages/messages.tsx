import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { cognito } from '../../api/call.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { savePool } from '../../api/save.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Choice, LongText, Text } from '../../ui/fields.tsx'
import { Part } from '../../ui/part.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'
import { MailPreview } from './mail-preview.tsx'
import './messages.css'
import { UnreadPage } from '../../ui/unread-page.tsx'
import { faultsOf, type MessageSettings, mfaChangeOf, poolChangeOf, settingsOf } from './message-settings.ts'
import { SendTest } from './send-test.tsx'

const t = texts.messages
const f = t.fields

export default function MessagesPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const pool = useCognito('DescribeUserPool', { UserPoolId })
  const mfa = useCognito('GetUserPoolMfaConfig', { UserPoolId })
  if (!pool.data?.UserPool || !mfa.data) return <UnreadPage title={t.title} lead={t.lead} queries={[pool, mfa]} />
  return (
    <SettingsForm<MessageSettings>
      as="page"
      title={t.title}
      lead={t.lead}
      settings={settingsOf(pool.data.UserPool, mfa.data)}
      labels={f}
      needs={['cognito-idp:UpdateUserPool', 'cognito-idp:SetUserPoolMfaConfig']}
      isSound={(draft) => Object.keys(faultsOf(draft)).length === 0}
      onSave={(draft, changed) => save(UserPoolId, draft, changed)}
      saved={t.saved}
    >
      {(draft, change) => (
        <SpaceBetween size="l">
          <Sender draft={draft} change={change} />
          <Template kind="code" UserPoolId={UserPoolId} draft={draft} change={change} />
          <Template kind="link" UserPoolId={UserPoolId} draft={draft} change={change} />
          <Template kind="invite" UserPoolId={UserPoolId} draft={draft} change={change} />
          <Template
            kind="mfa"
            UserPoolId={UserPoolId}
            hasMail={mfa.data?.EmailMfaConfiguration !== undefined}
            draft={draft}
            change={change}
          />
        </SpaceBetween>
      )}
    </SettingsForm>
  )
}

async function save(UserPoolId: string, draft: MessageSettings, changed: string[]): Promise<void> {
  const mfa = mfaChangeOf(UserPoolId, await cognito('GetUserPoolMfaConfig', { UserPoolId }), draft, changed)
  if (mfa) await cognito('SetUserPoolMfaConfig', mfa)
  const isOfPool = changed.some((name) => name !== 'mfaSubject' && name !== 'mfaBody')
  if (isOfPool) await savePool(UserPoolId, (pool) => poolChangeOf(pool, draft, changed))
  else await refresh('GetUserPoolMfaConfig')
}

interface SectionProps {
  draft: MessageSettings
  change(part: Partial<MessageSettings>): void
}

function Sender({ draft, change }: SectionProps) {
  return (
    <Part title={t.sender} lead={t.senderLead}>
      <ColumnLayout columns={3}>
        <Text label={f.from} hint={t.fromHint} value={draft.from} onChange={(from) => change({ from })} />
        <Text label={f.replyTo} value={draft.replyTo} onChange={(replyTo) => change({ replyTo })} />
        <Choice<MessageSettings['option']>
          label={f.option}
          options={t.options}
          value={draft.option}
          onChange={(option) => change({ option })}
        />
        <Choice<MessageSettings['account']>
          label={f.account}
          options={t.accounts}
          value={draft.account}
          onChange={(account) => change({ account })}
        />
        <Text label={f.sourceArn} value={draft.sourceArn} onChange={(sourceArn) => change({ sourceArn })} />
        <Text
          label={f.configurationSet}
          value={draft.configurationSet}
          onChange={(configurationSet) => change({ configurationSet })}
        />
      </ColumnLayout>
    </Part>
  )
}

type Kind = keyof typeof t.kinds

interface TemplateProps extends SectionProps {
  UserPoolId: string
  kind: Kind
  hasMail?: boolean
}

function Template({ UserPoolId, kind, hasMail = true, draft, change }: TemplateProps) {
  const names = { subject: `${kind}Subject`, body: `${kind}Body`, sms: `${kind}Sms` } as const
  const faults: Record<string, string | undefined> = faultsOf(draft)
  const value = (name: string) => (draft as unknown as Record<string, string>)[name] ?? ''
  const set = (name: string) => (text: string) => change({ [name]: text })
  const hint = { code: t.codeHint, link: t.linkHint, invite: t.inviteHint, mfa: t.codeHint }[kind]
  return (
    <Part
      title={t.kinds[kind]}
      lead={t.kindLeads[kind]}
      actions={<SendTest UserPoolId={UserPoolId} kind={kind} hasMail={hasMail} />}
    >
      <div className="beside">
        <SpaceBetween size="m">
          {hasMail ? (
            <SpaceBetween size="m">
              <Text
                label={`${t.kinds[kind]}: ${t.subject}`}
                fault={faults[names.subject]}
                value={value(names.subject)}
                onChange={set(names.subject)}
              />
              <LongText
                label={`${t.kinds[kind]}: ${t.mail}`}
                hint={hint}
                fault={faults[names.body]}
                rows={6}
                value={value(names.body)}
                onChange={set(names.body)}
              />
            </SpaceBetween>
          ) : null}
          {kind === 'link' ? null : (
            <LongText
              label={`${t.kinds[kind]}: ${t.sms}`}
              hint={`${hint}. ${t.smsHint}`}
              fault={faults[names.sms]}
              rows={2}
              value={value(names.sms)}
              onChange={set(names.sms)}
            />
          )}
        </SpaceBetween>
        <MailPreview
          label={t.preview(t.kinds[kind])}
          code={kind === 'invite' ? t.sample.password : t.sample.code}
          subject={value(names.subject) || t.defaults[names.subject]}
          mail={hasMail ? value(names.body) || t.defaults[kind] : undefined}
          sms={kind === 'link' ? undefined : value(names.sms) || t.defaults[kind]}
        />
      </div>
    </Part>
  )
}
