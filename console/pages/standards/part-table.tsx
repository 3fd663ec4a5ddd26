import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import {
  isOn,
  type PoolPart,
  type StandardsPart,
  type StandardsProfile,
  standardsParts,
} from '../../../src/model/extensions.ts'
import { texts } from '../../texts/texts.ts'
import { Choice } from '../../ui/fields.tsx'
import { useReadOnly } from '../../ui/read-only.tsx'

const t = texts.standards

export type Standards = { Profile?: StandardsProfile } & { [Part in StandardsPart]?: boolean }

/** Parts that no client can switch. */
const poolParts: Record<PoolPart, true> = {
  ClientIdMetadataDocuments: true,
  Introspection: true,
  OAuthErrors: true,
  PS256: true,
  RegistrationManagement: true,
  RpInitiatedLogout: true,
  ServerMetadata: true,
  SharedSignals: true,
}

type Profile = keyof typeof t.profiles

interface Props {
  standards: Standards
  /** What holds where nothing is said: the pool's, for a client. */
  beneath?: (part: StandardsPart) => boolean
  onChange(standards: Standards): void
}

export function PartTable({ standards, beneath, onChange }: Props) {
  const isReadOnly = useReadOnly()
  const { Profile: profile } = standards
  const byProfile = (part: StandardsPart): boolean =>
    profile ? isOn(part, { extensions: { Standards: { Profile: profile } } }) : (beneath?.(part) ?? false)
  const parts = (Object.keys(standardsParts) as StandardsPart[]).filter(
    (part) => !beneath || !Object.hasOwn(poolParts, part),
  )
  const set = (part: StandardsPart, value: string) => {
    const { [part]: _, ...others } = standards
    onChange(value === '' ? others : { ...others, [part]: value === 'on' })
  }
  const setProfile = (value: string) => {
    const { Profile: _, ...others } = standards
    onChange(value === 'none' ? others : { Profile: value as StandardsProfile, ...others })
  }
  const profiles: Record<Profile, string> = beneath ? { ...t.profiles, none: t.asPool } : t.profiles
  const { cognito: _, ...ofPool } = profiles
  return (
    <SpaceBetween size="m">
      <Choice
        label={t.profile}
        options={(beneath ? profiles : ofPool) as Record<string, string>}
        value={profile && (beneath || profile !== 'cognito') ? profile : 'none'}
        onChange={setProfile}
      />
      <Table<StandardsPart>
        variant="embedded"
        items={parts}
        wrapLines
        ariaLabels={{ tableLabel: t.parts }}
        columnDefinitions={[
          { id: 'part', header: t.part, isRowHeader: true, cell: (part) => t.names[part] },
          {
            id: 'setting',
            header: t.setting,
            minWidth: 170,
            cell: (part) => {
              const options = [
                { value: '', label: t.asProfile(byProfile(part)) },
                { value: 'on', label: texts.common.on },
                { value: 'off', label: texts.common.off },
              ]
              const value = standards[part]
              const selected = value === undefined ? options[0]! : options[value ? 1 : 2]!
              if (isReadOnly) return selected.label
              return (
                <Select
                  ariaLabel={t.names[part]}
                  expandToViewport
                  selectedOption={selected}
                  options={options}
                  onChange={({ detail }) => set(part, detail.selectedOption.value!)}
                />
              )
            },
          },
        ]}
      />
    </SpaceBetween>
  )
}
