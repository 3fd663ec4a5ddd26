import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import type { PoolType } from '../../api/merge.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { navigate, type PageProps, pathTo, useQueryParams } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Text } from '../../ui/fields.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { recordOf } from '../../ui/pairs.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { ProviderFields } from './provider-fields.tsx'
import {
  detailsOf,
  initialSettings,
  isIssuerSound,
  missingMember,
  type ProviderSettings,
  type ProviderType,
  providerTypes,
} from './provider-types.ts'
import { RegisterFacts } from './register-facts.tsx'

const t = texts.providers

export default function AddProviderPage({ params }: PageProps) {
  const { data, error, refetch } = useCognito('DescribeUserPool', { UserPoolId: params.poolId! })
  const [query, setQuery] = useQueryParams()
  const type = (Object.hasOwn(providerTypes, query.type ?? '') ? query.type : 'OIDC') as ProviderType
  const pool = data?.UserPool
  return (
    <>
      <PageHead title={t.add} lead={t.addLead} />
      <Failure error={error} onRetry={refetch} />
      {pool ? (
        <SpaceBetween size="l">
          <Container>
            <FormField label={t.type}>
              <RadioGroup
                value={type}
                onChange={({ detail }) => setQuery({ type: detail.value })}
                items={(Object.keys(providerTypes) as ProviderType[]).map((value) => {
                  const [label, description] = t.types[value]
                  return { value, label, description }
                })}
              />
            </FormField>
          </Container>
          <RegisterFacts pool={pool} type={type} />
          <NewProvider key={type} pool={pool} type={type} />
        </SpaceBetween>
      ) : null}
    </>
  )
}

function NewProvider({ pool, type }: { pool: PoolType; type: ProviderType }) {
  const { fixedName } = providerTypes[type]
  const [name, setName] = useState(fixedName ?? '')
  const [draft, setDraft] = useState<ProviderSettings>(() => settingsFor(pool, type))
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const isSound =
    name.trim() !== '' &&
    missingMember(type, draft.details, { hasSecrets: false }) === undefined &&
    isIssuerSound(draft.details)

  const add = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await cognito('CreateIdentityProvider', {
        UserPoolId: pool.Id!,
        ProviderName: name.trim(),
        ProviderType: type,
        ProviderDetails: detailsOf(type, draft.details),
        AttributeMapping: recordOf(draft.mapping),
        ...(draft.identifiers.length > 0 && { IdpIdentifiers: draft.identifiers }),
        ...(draft.levels.length > 0 && { AcrMapping: recordOf(draft.levels) }),
      })
      await refresh('ListIdentityProviders')
      flashSuccess(t.added(name.trim()))
      navigate(pathTo('pools/:poolId/providers/:providerName', { poolId: pool.Id!, providerName: name.trim() }))
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Container>
      <SpaceBetween size="l">
        {fixedName === undefined ? <Text label={t.name} hint={t.nameHint} value={name} onChange={setName} /> : null}
        <ProviderFields
          type={type}
          pool={pool}
          draft={draft}
          change={(part) => setDraft((current) => ({ ...current, ...part }))}
        />
        <Refusal error={error} />
        <Box float="right">
          <Button variant="primary" loading={busy} disabled={!isSound} onClick={() => void add()}>
            {t.submit}
          </Button>
        </Box>
      </SpaceBetween>
    </Container>
  )
}

/** With what the pool requires of its users. */
function settingsFor(pool: PoolType, type: ProviderType): ProviderSettings {
  const settings = initialSettings(type)
  const mapped = settings.mapping.map(({ name }) => name)
  const required = (pool.SchemaAttributes ?? []).filter(
    ({ Name, Required }) => Required && Name !== 'sub' && !mapped.includes(Name!),
  )
  return { ...settings, mapping: [...settings.mapping, ...required.map(({ Name }) => ({ name: Name!, value: '' }))] }
}
