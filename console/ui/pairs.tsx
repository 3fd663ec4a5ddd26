import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Select from '@cloudscape-design/components/select'
import { useRef } from 'react'
import { texts } from '../texts/texts.ts'
import { useReadOnly } from './read-only.tsx'

export interface Pair {
  name: string
  value: string
}

export const pairsOf = (record: Record<string, string> = {}): Pair[] =>
  Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value }))

/** Those that have a name. */
export const recordOf = (pairs: readonly Pair[]): Record<string, string> =>
  Object.fromEntries(
    pairs.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value.trim()]),
  )

interface Props {
  nameLabel: string
  valueLabel: string
  add: string
  empty?: string
  /** The names that there are, where it is not any. */
  names?: readonly string[]
  faultOf?: (pair: Pair, index: number) => string | undefined
  pairs: readonly Pair[]
  onChange(pairs: Pair[]): void
}

const ShownPairs = ({ pairs, empty }: { pairs: readonly Pair[]; empty: string | undefined }) =>
  pairs.length === 0 ? (
    <div className="quiet">{empty ?? texts.common.none}</div>
  ) : (
    <KeyValuePairs items={pairs.map(({ name, value }) => ({ label: name, value }))} />
  )

/** Names and values, a row each. */
export function Pairs({ nameLabel, valueLabel, add, empty, names, faultOf, pairs, onChange }: Props) {
  // A list of options says what was chosen after it has closed; by then a neighbour may have changed.
  const latest = useRef(pairs)
  latest.current = pairs
  if (useReadOnly()) return <ShownPairs pairs={pairs} empty={empty} />
  const replace = (index: number, part: Partial<Pair>) =>
    onChange(latest.current.map((pair, at) => (at === index ? { ...pair, ...part } : pair)))
  const isTaken = (name: string, index: number) => pairs.some((pair, at) => at !== index && pair.name === name)
  return (
    <AttributeEditor<Pair>
      items={pairs}
      empty={empty}
      addButtonText={add}
      removeButtonText={texts.common.remove}
      removeButtonAriaLabel={({ name }) => `${texts.common.remove} ${name}`}
      disableAddButton={names !== undefined && pairs.length >= names.length}
      onAddButtonClick={() => onChange([...pairs, { name: '', value: '' }])}
      onRemoveButtonClick={({ detail }) => onChange(pairs.filter((_, at) => at !== detail.itemIndex))}
      definition={[
        {
          label: nameLabel,
          errorText: (pair, index) => faultOf?.(pair, index),
          control: ({ name }, index) =>
            names ? (
              <Select
                expandToViewport
                filteringType={names.length > 10 ? 'auto' : 'none'}
                placeholder={texts.common.choose}
                selectedOption={name === '' ? null : { value: name, label: name }}
                options={names.filter((one) => !isTaken(one, index)).map((one) => ({ value: one, label: one }))}
                onChange={({ detail }) => replace(index, { name: detail.selectedOption.value! })}
              />
            ) : (
              <Input
                value={name}
                autoComplete={false}
                onChange={({ detail }) => replace(index, { name: detail.value })}
              />
            ),
        },
        {
          label: valueLabel,
          control: ({ value }, index) => (
            <Input
              value={value}
              autoComplete={false}
              onChange={({ detail }) => replace(index, { value: detail.value })}
            />
          ),
        },
      ]}
    />
  )
}
