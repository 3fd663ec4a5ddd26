import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { savePool } from '../../api/save.ts'
import { settings } from '../../settings.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { type PageProps, useQuestionBeforeLeaving } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { CheckList, Choice, Quantity, Toggle } from '../../ui/fields.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Part } from '../../ui/part.tsx'
import { changesBetween, ReviewChanges } from '../../ui/review-changes.tsx'
import { SettingsFields, ViewOnly } from '../../ui/settings-fields.tsx'
import { UnreadPage } from '../../ui/unread-page.tsx'
import { PoolSessions } from './pool-sessions.tsx'
import {
  faultOf,
  isMfaSetting,
  isPoolSavedFirst,
  type MfaConfig,
  mfaInputOf,
  poolChangeOf,
  type SignInFault,
  type SignInSettings,
  settingsOf,
} from './sign-in-settings.ts'

const t = texts.signIn
const f = t.fields
const saveActions = ['cognito-idp:UpdateUserPool', 'cognito-idp:SetUserPoolMfaConfig']

export default function SignInPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const pool = useCognito('DescribeUserPool', { UserPoolId })
  const mfa = useCognito('GetUserPoolMfaConfig', { UserPoolId })
  const [round, setRound] = useState(0)
  const isRead = pool.data?.UserPool && mfa.data
  if (!isRead) return <UnreadPage title={t.title} lead={t.lead} queries={[pool, mfa]} />
  // What others change meanwhile does not disturb who is at it; after a save the form begins anew.
  return (
    <SpaceBetween size="l">
      <Settings key={round} pool={pool.data!.UserPool!} mfa={mfa.data!} onSaved={() => setRound(round + 1)} />
      <PoolSessions UserPoolId={UserPoolId} />
    </SpaceBetween>
  )
}

type Change = (part: Partial<SignInSettings>) => void

interface SectionProps {
  draft: SignInSettings
  change: Change
}

function Settings({ pool, mfa, onSaved }: { pool: PoolType; mfa: MfaConfig; onSaved(): void }) {
  const mayChange = saveActions.every(useMay(...saveActions))
  const [before] = useState(() => settingsOf(pool, mfa))
  const [draft, setDraft] = useState(before)
  const [reviewing, setReviewing] = useState(false)
  const changes = changesBetween<SignInSettings>(f, before, draft)
  const change: Change = (part) => setDraft((current) => ({ ...current, ...part }))
  useQuestionBeforeLeaving(changes.length > 0 && !reviewing ? texts.common.unsaved : undefined)
  const save = async () => {
    const changed = changes.map(({ name }) => name)
    await saveSettings(pool.Id!, before, draft, changed)
    flashSuccess(t.saved)
    onSaved()
  }
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          mayChange ? (
            <Button
              variant="primary"
              disabled={changes.length === 0 || faultOf(draft) !== undefined}
              onClick={() => setReviewing(true)}
            >
              {texts.common.review}
            </Button>
          ) : (
            <ViewOnly />
          )
        }
      />
      <SettingsFields mayChange={mayChange}>
        <SpaceBetween size="l">
          <ColumnLayout columns={2}>
            <FirstFactor draft={draft} change={change} />
            <SecondFactor draft={draft} change={change} />
          </ColumnLayout>
          <Passwords draft={draft} change={change} />
          <Accounts draft={draft} change={change} />
        </SpaceBetween>
      </SettingsFields>
      {reviewing ? (
        <ReviewChanges changes={changes.map(inWords)} onSave={save} onClose={() => setReviewing(false)} />
      ) : null}
    </>
  )
}

async function saveSettings(
  UserPoolId: string,
  before: SignInSettings,
  draft: SignInSettings,
  changed: (keyof SignInSettings)[],
): Promise<void> {
  const toPool = () => savePool(UserPoolId, (current) => poolChangeOf(current, draft, changed))
  const isOfPool = changed.some((name) => !isMfaSetting(name))
  const poolFirst = isPoolSavedFirst(before, draft)
  if (isOfPool && poolFirst) await toPool()
  if (changed.some(isMfaSetting)) await saveMfa(UserPoolId, draft)
  if (isOfPool && !poolFirst) await toPool()
}

async function saveMfa(UserPoolId: string, draft: SignInSettings): Promise<void> {
  const [{ UserPool }, mfa] = await Promise.all([
    cognito('DescribeUserPool', { UserPoolId }),
    cognito('GetUserPoolMfaConfig', { UserPoolId }),
  ])
  await cognito('SetUserPoolMfaConfig', mfaInputOf(UserPool!, mfa, draft, settings.accountId))
  await refresh('DescribeUserPool', 'GetUserPoolMfaConfig')
}

const words: Record<string, string> = {
  ...t.firstFactors,
  ...t.secondFactors,
  ...t.mfaStates,
  ...t.recoveries,
  ...t.deviceModes,
}

/** Values as the page names them. */
function inWords<T extends { before: string; after: string; name: PropertyKey }>(change: T): T {
  const table: Record<string, string> = change.name === 'threatMode' ? t.threatModes : words
  const translated = (text: string) =>
    text
      .split('\n')
      .map((line) => table[line] ?? line)
      .join('\n')
  return { ...change, before: translated(change.before), after: translated(change.after) }
}

/** The fault, where it is one that the field shows. */
function faultAt(draft: SignInSettings, ...shown: SignInFault[]): string | undefined {
  const fault = faultOf(draft)
  return fault && shown.includes(fault) ? t.faults[fault] : undefined
}

function FirstFactor({ draft, change }: SectionProps) {
  return (
    <Part title={t.first} lead={t.firstLead}>
      <CheckList
        label={f.firstFactors}
        options={t.firstFactors}
        fault={faultAt(draft, 'noPassword', 'codesFirst', 'passkeysAlone')}
        value={draft.firstFactors}
        onChange={(firstFactors) => change({ firstFactors })}
      />
    </Part>
  )
}

function SecondFactor({ draft, change }: SectionProps) {
  return (
    <Part title={t.second} lead={t.secondLead}>
      <SpaceBetween size="m">
        <Choice
          label={f.mfa}
          options={t.mfaStates}
          value={draft.mfa}
          onChange={(mfa) => change({ mfa, ...(mfa === 'ON' && { passkeysAreBoth: true }) })}
        />
        <Toggle
          label={f.passkeysAreBoth}
          value={draft.passkeysAreBoth}
          onChange={(passkeysAreBoth) => change({ passkeysAreBoth })}
        />
        {draft.mfa === 'OFF' ? null : (
          <CheckList
            label={f.secondFactors}
            options={t.secondFactors}
            fault={faultAt(draft, 'noSecondFactor')}
            value={draft.secondFactors}
            onChange={(secondFactors) => change({ secondFactors })}
          />
        )}
      </SpaceBetween>
    </Part>
  )
}

function Passwords({ draft, change }: SectionProps) {
  return (
    <Part title={t.password}>
      <ColumnLayout columns={4}>
        <Quantity
          label={f.minimumLength}
          fault={faultAt(draft, 'badLength')}
          value={draft.minimumLength}
          onChange={(minimumLength) => change({ minimumLength })}
        />
        <SpaceBetween size="xs">
          <Toggle
            label={f.requireLowercase}
            value={draft.requireLowercase}
            onChange={(requireLowercase) => change({ requireLowercase })}
          />
          <Toggle
            label={f.requireUppercase}
            value={draft.requireUppercase}
            onChange={(requireUppercase) => change({ requireUppercase })}
          />
          <Toggle
            label={f.requireNumbers}
            value={draft.requireNumbers}
            onChange={(requireNumbers) => change({ requireNumbers })}
          />
          <Toggle
            label={f.requireSymbols}
            value={draft.requireSymbols}
            onChange={(requireSymbols) => change({ requireSymbols })}
          />
        </SpaceBetween>
        <Quantity
          label={f.passwordHistory}
          value={draft.passwordHistory}
          onChange={(passwordHistory) => change({ passwordHistory })}
        />
        <Quantity
          label={f.temporaryDays}
          value={draft.temporaryDays}
          onChange={(temporaryDays) => change({ temporaryDays })}
        />
      </ColumnLayout>
    </Part>
  )
}

function Accounts({ draft, change }: SectionProps) {
  return (
    <ColumnLayout columns={2}>
      <Part title={t.accounts}>
        <SpaceBetween size="m">
          <Toggle label={f.selfSignUp} value={draft.selfSignUp} onChange={(selfSignUp) => change({ selfSignUp })} />
          <CheckList
            label={f.verified}
            options={t.attributes}
            value={draft.verified}
            onChange={(verified) => change({ verified })}
          />
          <CheckList
            label={f.verifyFirst}
            options={t.attributes}
            value={draft.verifyFirst}
            onChange={(verifyFirst) => change({ verifyFirst })}
          />
          <Choice
            label={f.recovery}
            options={t.recoveries}
            value={draft.recovery}
            onChange={(recovery) => change({ recovery })}
          />
        </SpaceBetween>
      </Part>
      <Part title={t.threat}>
        <SpaceBetween size="m">
          <Choice
            label={f.threatMode}
            options={t.threatModes}
            value={draft.threatMode}
            onChange={(threatMode) => change({ threatMode })}
          />
          <Choice
            label={f.devices}
            options={t.deviceModes}
            value={draft.devices}
            onChange={(devices) => change({ devices })}
          />
        </SpaceBetween>
      </Part>
    </ColumnLayout>
  )
}
