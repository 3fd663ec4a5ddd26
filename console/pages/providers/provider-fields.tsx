import Alert from '@cloudscape-design/components/alert'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { PoolType } from '../../api/merge.ts'
import { texts } from '../../texts/texts.ts'
import { Choice, Lines, LongText, Text, Toggle } from '../../ui/fields.tsx'
import { FileField } from '../../ui/file-field.tsx'
import { Pairs } from '../../ui/pairs.tsx'
import {
  isIssuerSound,
  isSwitchedOn,
  type Member,
  type ProviderSettings,
  type ProviderType,
  providerTypes,
} from './provider-types.ts'

const t = texts.providers
const maxMetadataLength = 100_000

interface Props {
  type: ProviderType
  pool: PoolType
  /** There is a secret already, which is kept while the field is empty. */
  hasSecrets?: boolean
  draft: ProviderSettings
  change(part: Partial<ProviderSettings>): void
}

export function ProviderFields({ type, pool, hasSecrets = false, draft, change }: Props) {
  const { members } = providerTypes[type]
  const field = (member: Member) => (
    <MemberField
      key={member.name}
      type={type}
      member={member}
      hasSecrets={hasSecrets}
      details={draft.details}
      onChange={(value) => change({ details: { ...draft.details, [member.name]: value } })}
    />
  )
  const discovered = members.filter(({ discovered: isDiscovered }) => isDiscovered)
  return (
    <SpaceBetween size="l">
      <ColumnLayout columns={2}>
        {members.filter(({ discovered: isDiscovered }) => !isDiscovered).map(field)}
      </ColumnLayout>
      {discovered.length > 0 ? (
        <ExpandableSection headerText={t.endpoints} headerDescription={t.endpointsHint}>
          <ColumnLayout columns={2}>{discovered.map(field)}</ColumnLayout>
        </ExpandableSection>
      ) : null}
      <Mapping pool={pool} draft={draft} change={change} />
      <ColumnLayout columns={2}>
        <Lines
          label={t.identifiers}
          hint={t.identifiersHint}
          value={draft.identifiers}
          onChange={(identifiers) => change({ identifiers })}
        />
        {type === 'OIDC' ? (
          <ExpandableSection headerText={t.levels}>
            <Pairs
              nameLabel={t.level}
              valueLabel={t.levelAtProvider}
              add={t.addLevel}
              empty={t.noLevels}
              pairs={draft.levels}
              onChange={(levels) => change({ levels })}
            />
          </ExpandableSection>
        ) : null}
      </ColumnLayout>
    </SpaceBetween>
  )
}

interface MemberProps {
  type: ProviderType
  member: Member
  hasSecrets: boolean
  details: Record<string, string>
  onChange(value: string): void
}

function MemberField({ type, member, hasSecrets, details, onChange }: MemberProps) {
  const { name, kind, secret } = member
  const value = details[name] ?? ''
  const label = t.members[name]!
  const hint = hintOf(type, member, hasSecrets)
  if (kind === 'file') return <MetadataFile label={label} value={value} onChange={onChange} />
  if (kind === 'switch')
    return (
      <Toggle
        label={label}
        hint={hint}
        value={isSwitchedOn(value)}
        onChange={(on) => onChange(on ? (member.initial ?? 'true') : '')}
      />
    )
  if (name === 'attributes_request_method')
    return <Choice label={label} options={t.methods} value={value as 'GET'} onChange={onChange} />
  if (kind === 'lines') return <LongText label={label} hint={hint} value={value} onChange={onChange} />
  const fault = name === 'oidc_issuer' && !isIssuerSound(details) ? t.issuerFault : undefined
  return <Text label={label} hint={hint} fault={fault} isSecret={secret} value={value} onChange={onChange} />
}

function hintOf(type: ProviderType, { name, secret, required }: Member, hasSecrets: boolean): string | undefined {
  if (secret && hasSecrets) return t.secretStays
  if (name === 'client_secret' && required) return undefined
  if (name === 'client_id' && type === 'SignInWithApple') return t.appleClientId
  return t.hints[name]
}

function MetadataFile({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const [fault, setFault] = useState<string>()
  const read = async (file: File) => {
    const text = file.size > maxMetadataLength ? undefined : await file.text()
    setFault(text === undefined ? t.fileTooLong : undefined)
    if (text !== undefined) onChange(text)
  }
  return (
    <FileField
      label={label}
      choose={texts.common.chooseFile}
      accept=".xml,application/xml,text/xml"
      fault={fault}
      chosen={value === '' ? undefined : t.fileChosen(value.length)}
      onChoose={(file) => void read(file)}
    />
  )
}

/** Attributes that nothing may be mapped to. */
const unmappable = ['sub', 'identities']

function Mapping({ pool, draft, change }: Pick<Props, 'pool' | 'draft' | 'change'>) {
  const schema = (pool.SchemaAttributes ?? []).filter(({ Name }) => !unmappable.includes(Name!))
  const mapped = draft.mapping.map(({ name }) => name)
  const missing = schema.filter(({ Name, Required }) => Required && !mapped.includes(Name!)).map(({ Name }) => Name!)
  const fixed = schema
    .filter(({ Name, Mutable }) => Mutable === false && mapped.includes(Name!))
    .map(({ Name }) => Name!)
  return (
    <SpaceBetween size="s">
      <div>
        <h3>{t.mapping}</h3>
        <div className="quiet">{t.mappingLead}</div>
      </div>
      {missing.length > 0 ? <Alert type="warning">{t.unmapped(missing.join(', '))}</Alert> : null}
      {fixed.length > 0 ? <Alert type="info">{t.fixed(fixed.join(', '))}</Alert> : null}
      <Pairs
        nameLabel={t.ofPool}
        valueLabel={t.ofProvider}
        add={t.addMapping}
        empty={t.noMapping}
        names={['username', ...schema.map(({ Name }) => Name!)]}
        pairs={draft.mapping}
        onChange={(mapping) => change({ mapping })}
      />
    </SpaceBetween>
  )
}
