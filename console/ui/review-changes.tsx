import Table from '@cloudscape-design/components/table'
import { texts } from '../texts/texts.ts'
import { FormModal } from './form-modal.tsx'

export interface Change {
  label: string
  before: string
  after: string
}

/** What differs between two objects, by the labels of their members. What is not labelled is not shown, and not compared. */
export function changesBetween<T extends object>(
  labels: { [Name in keyof T]?: string },
  before: T,
  after: T,
): (Change & { name: keyof T })[] {
  const names = Object.keys(labels) as (keyof T)[]
  return names
    .map((name) => ({ name, label: labels[name]!, before: asText(before[name]), after: asText(after[name]) }))
    .filter((change) => change.before !== change.after)
}

export function asText(value: unknown): string {
  if (value === undefined || value === null || value === '') return texts.common.none
  if (Array.isArray(value)) return value.length === 0 ? texts.common.none : value.map(asText).join('\n')
  if (typeof value === 'boolean') return value ? texts.common.on : texts.common.off
  if (typeof value === 'object')
    return Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => `${name}: ${asText(one)}`)
      .join('\n')
  return String(value)
}

interface Props {
  changes: Change[]
  onSave(): Promise<unknown>
  onClose(): void
}

/** Shows what a save will change, and nothing else, before it does. */
export function ReviewChanges({ changes, onSave, onClose }: Props) {
  return (
    <FormModal title={texts.common.review} action={texts.common.save} size="large" onSubmit={onSave} onClose={onClose}>
      <Table<Change>
        variant="embedded"
        items={changes}
        wrapLines
        ariaLabels={{ tableLabel: texts.common.review }}
        columnDefinitions={[
          { id: 'setting', header: texts.common.setting, isRowHeader: true, cell: ({ label }) => label },
          { id: 'before', header: texts.common.before, cell: ({ before }) => <span className="lines">{before}</span> },
          { id: 'after', header: texts.common.after, cell: ({ after }) => <strong className="lines">{after}</strong> },
        ]}
      />
    </FormModal>
  )
}
