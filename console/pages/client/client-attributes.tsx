import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ClientChange, ClientType } from '../../api/merge.ts'
import { useReadablePool } from '../../api/readable-pool.ts'
import { texts } from '../../texts/texts.ts'
import { CheckList, Toggle } from '../../ui/fields.tsx'

const t = texts.clients

/** What the server lets no app write. */
const unwritable = ['sub', 'identities', 'email_verified', 'phone_number_verified']

interface Props {
  draft: ClientType
  change(part: ClientChange): void
}

/** Which attributes of its users the app sees and sets; without a list, all of them. */
export function ClientAttributes({ draft, change }: Props) {
  const { pool } = useReadablePool(draft.UserPoolId)
  const names = (pool?.SchemaAttributes ?? []).map(({ Name }) => Name!).filter((name) => !name.startsWith('dev:'))
  const writable = names.filter((name) => !unwritable.includes(name))
  return (
    <SpaceBetween size="s">
      <div>
        <h3>{t.attributes}</h3>
        <div className="quiet">{t.attributesLead}</div>
      </div>
      <ColumnLayout columns={2}>
        <Names
          label={t.fields.ReadAttributes}
          names={names}
          value={draft.ReadAttributes}
          onChange={(ReadAttributes) => change({ ReadAttributes })}
        />
        <Names
          label={t.fields.WriteAttributes}
          names={writable}
          value={draft.WriteAttributes}
          onChange={(WriteAttributes) => change({ WriteAttributes })}
        />
      </ColumnLayout>
    </SpaceBetween>
  )
}

interface NamesProps {
  label: string
  names: string[]
  value: string[] | undefined
  onChange(value: string[] | undefined): void
}

function Names({ label, names, value, onChange }: NamesProps) {
  const isAll = value === undefined
  return (
    <SpaceBetween size="s">
      <Toggle label={t.allOf(label)} value={isAll} onChange={(on) => onChange(on ? undefined : names)} />
      {isAll ? null : (
        <CheckList
          label={label}
          options={Object.fromEntries([...names, ...value].map((name) => [name, name]))}
          value={value}
          onChange={onChange}
        />
      )}
    </SpaceBetween>
  )
}
