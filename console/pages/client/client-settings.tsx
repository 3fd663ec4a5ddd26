import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { ClientChange, ClientType, sentClientMembers } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import { saveClient } from '../../api/save.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { useQuestionBeforeLeaving } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { CheckList, Lifetime, Lines, Quantity, Text, Toggle } from '../../ui/fields.tsx'
import { Part } from '../../ui/part.tsx'
import { changesBetween, ReviewChanges } from '../../ui/review-changes.tsx'
import { SettingsFields, ViewOnly } from '../../ui/settings-fields.tsx'
import { ClientAttributes } from './client-attributes.tsx'
import { linesFault } from './lines-fault.ts'

const t = texts.clients
const f = t.fields
const saveAction = 'cognito-idp:UpdateUserPoolClient'
const standardScopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin']

type Change = (part: ClientChange) => void

export function ClientSettings({ client, onSaved }: { client: ClientType; onSaved(): void }) {
  const may = useMay(saveAction)
  const [before] = useState(client)
  const [draft, setDraft] = useState(client)
  const [reviewing, setReviewing] = useState(false)
  const labels = { ...f, TokenValidityUnits: texts.common.setting }
  const changes = changesBetween<ClientType>(labels, before, draft)
  useQuestionBeforeLeaving(changes.length > 0 ? texts.common.unsaved : undefined)
  const change: Change = (part) => setDraft((current) => ({ ...current, ...part }) as ClientType)
  const faults = [linesFault(draft.CallbackURLs), linesFault(draft.LogoutURLs)]
  const isSound = faults.every((fault) => fault === undefined) && numberFaults(draft).length === 0
  const save = async () => {
    const changed = changes.map(({ name }) => name) as (typeof sentClientMembers)[number][]
    // The switch that OAuth as a whole has is no setting of its own here.
    if (changed.includes('AllowedOAuthFlows')) changed.push('AllowedOAuthFlowsUserPoolClient')
    await saveClient(client.UserPoolId!, client.ClientId!, () =>
      Object.fromEntries(changed.map((name) => [name, draft[name]])),
    )
    flashSuccess(t.saved)
    onSaved()
  }
  return (
    <Part
      title={t.settings}
      actions={
        may(saveAction) ? (
          <Button variant="primary" disabled={changes.length === 0 || !isSound} onClick={() => setReviewing(true)}>
            {texts.common.review}
          </Button>
        ) : (
          <ViewOnly />
        )
      }
    >
      <SettingsFields mayChange={may(saveAction)}>
        <SpaceBetween size="l">
          <Addresses draft={draft} change={change} faults={faults} />
          <Flows draft={draft} change={change} />
          <Tokens draft={draft} change={change} />
          <Behaviour draft={draft} change={change} />
          <ClientAttributes draft={draft} change={change} />
        </SpaceBetween>
      </SettingsFields>
      {reviewing ? <ReviewChanges changes={changes} onSave={save} onClose={() => setReviewing(false)} /> : null}
    </Part>
  )
}

interface SectionProps {
  draft: ClientType
  change: Change
}

function Addresses({ draft, change, faults }: SectionProps & { faults: (string | undefined)[] }) {
  return (
    <ColumnLayout columns={3}>
      <Text label={f.ClientName} value={draft.ClientName} onChange={(ClientName) => change({ ClientName })} />
      <Lines
        label={f.CallbackURLs}
        hint={t.onePerLine}
        fault={faults[0]}
        value={draft.CallbackURLs}
        onChange={(CallbackURLs) => change({ CallbackURLs })}
      />
      <Lines
        label={f.LogoutURLs}
        hint={t.onePerLine}
        fault={faults[1]}
        value={draft.LogoutURLs}
        onChange={(LogoutURLs) => change({ LogoutURLs })}
      />
    </ColumnLayout>
  )
}

function Flows({ draft, change }: SectionProps) {
  const UserPoolId = draft.UserPoolId!
  const may = useMay('cognito-idp:ListResourceServers', 'cognito-idp:ListIdentityProviders')
  const servers = useCognito(
    'ListResourceServers',
    { UserPoolId, MaxResults: 50 },
    { enabled: may('cognito-idp:ListResourceServers') },
  )
  const providers = useCognito(
    'ListIdentityProviders',
    { UserPoolId, MaxResults: 60 },
    { enabled: may('cognito-idp:ListIdentityProviders') },
  )
  const ownScopes = (servers.data?.ResourceServers ?? []).flatMap(({ Identifier, Scopes = [] }) =>
    Scopes.map(({ ScopeName }) => `${Identifier}/${ScopeName}`),
  )
  const providerNames = (providers.data?.Providers ?? []).map(({ ProviderName }) => ProviderName!)
  return (
    <ColumnLayout columns={4}>
      <CheckList
        label={f.AllowedOAuthFlows}
        options={t.grants}
        value={draft.AllowedOAuthFlows}
        onChange={(flows) =>
          change({
            AllowedOAuthFlows: flows as ClientType['AllowedOAuthFlows'],
            AllowedOAuthFlowsUserPoolClient: flows.length > 0,
          })
        }
      />
      <CheckList
        label={f.AllowedOAuthScopes}
        options={named([...standardScopes, ...ownScopes, ...(draft.AllowedOAuthScopes ?? [])])}
        value={draft.AllowedOAuthScopes}
        onChange={(AllowedOAuthScopes) => change({ AllowedOAuthScopes })}
      />
      <CheckList
        label={f.SupportedIdentityProviders}
        options={named(['COGNITO', ...providerNames, ...(draft.SupportedIdentityProviders ?? [])])}
        value={draft.SupportedIdentityProviders}
        onChange={(SupportedIdentityProviders) => change({ SupportedIdentityProviders })}
      />
      <CheckList
        label={f.ExplicitAuthFlows}
        options={t.flows}
        value={draft.ExplicitAuthFlows}
        onChange={(flows) => change({ ExplicitAuthFlows: flows as ClientType['ExplicitAuthFlows'] })}
      />
    </ColumnLayout>
  )
}

function Tokens({ draft, change }: SectionProps) {
  const units = draft.TokenValidityUnits ?? {}
  return (
    <ColumnLayout columns={3}>
      <Lifetime
        label={f.AccessTokenValidity}
        value={draft.AccessTokenValidity}
        unit={units.AccessToken ?? 'hours'}
        onChange={(AccessTokenValidity, AccessToken) =>
          change({ AccessTokenValidity, TokenValidityUnits: { ...units, AccessToken } })
        }
      />
      <Lifetime
        label={f.IdTokenValidity}
        value={draft.IdTokenValidity}
        unit={units.IdToken ?? 'hours'}
        onChange={(IdTokenValidity, IdToken) => change({ IdTokenValidity, TokenValidityUnits: { ...units, IdToken } })}
      />
      <Lifetime
        label={f.RefreshTokenValidity}
        value={draft.RefreshTokenValidity}
        unit={units.RefreshToken ?? 'days'}
        onChange={(RefreshTokenValidity, RefreshToken) =>
          change({ RefreshTokenValidity, TokenValidityUnits: { ...units, RefreshToken } })
        }
      />
    </ColumnLayout>
  )
}

const isIn = (value: number | undefined, min: number, max: number) =>
  value === undefined || (Number.isInteger(value) && value >= min && value <= max)

/** The numbers that the server would refuse. */
function numberFaults({ AuthSessionValidity, RefreshTokenRotation }: ClientType) {
  return [
    ...(isIn(AuthSessionValidity, 3, 15) ? [] : ['session' as const]),
    ...(isIn(RefreshTokenRotation?.RetryGracePeriodSeconds, 0, 60) ? [] : ['grace' as const]),
  ]
}

/** How the app's sign-ins and refresh tokens work. */
function Behaviour({ draft, change }: SectionProps) {
  const rotates = draft.RefreshTokenRotation?.Feature === 'ENABLED'
  const faults = numberFaults(draft)
  return (
    <ColumnLayout columns={3}>
      <SpaceBetween size="s">
        <Toggle
          label={f.PreventUserExistenceErrors}
          value={draft.PreventUserExistenceErrors === 'ENABLED'}
          onChange={(on) => change({ PreventUserExistenceErrors: on ? 'ENABLED' : 'LEGACY' })}
        />
        <Toggle
          label={f.EnablePropagateAdditionalUserContextData}
          hint={t.contextHint}
          value={draft.EnablePropagateAdditionalUserContextData}
          onChange={(EnablePropagateAdditionalUserContextData) => change({ EnablePropagateAdditionalUserContextData })}
        />
      </SpaceBetween>
      <SpaceBetween size="s">
        <Toggle
          label={f.EnableTokenRevocation}
          value={draft.EnableTokenRevocation}
          onChange={(EnableTokenRevocation) => change({ EnableTokenRevocation })}
        />
        <Toggle
          label={f.RefreshTokenRotation}
          hint={t.rotationAndFlow}
          value={rotates}
          onChange={(on) => change(rotation(draft, on))}
        />
        {rotates ? (
          <Quantity
            label={t.grace}
            fault={faults.includes('grace') ? t.badGrace : undefined}
            value={draft.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0}
            onChange={(RetryGracePeriodSeconds) =>
              change({ RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds } })
            }
          />
        ) : null}
      </SpaceBetween>
      <SpaceBetween size="s">
        <Quantity
          label={f.AuthSessionValidity}
          fault={faults.includes('session') ? t.badSession : undefined}
          value={draft.AuthSessionValidity ?? 3}
          onChange={(AuthSessionValidity) => change({ AuthSessionValidity })}
        />
        <Text
          label={f.DefaultRedirectURI}
          hint={t.defaultRedirectHint}
          value={draft.DefaultRedirectURI}
          onChange={(uri) => change({ DefaultRedirectURI: uri.trim() || undefined })}
        />
      </SpaceBetween>
    </ColumnLayout>
  )
}

/** Rotation and the flow that refreshes without it exclude each other. */
function rotation({ ExplicitAuthFlows = [] }: ClientType, on: boolean): ClientChange {
  const others = ExplicitAuthFlows.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH')
  return {
    RefreshTokenRotation: on ? { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 } : { Feature: 'DISABLED' },
    ExplicitAuthFlows: on ? others : [...others, 'ALLOW_REFRESH_TOKEN_AUTH'],
  }
}

const named = (values: string[]) => Object.fromEntries(values.map((value) => [value, value]))
