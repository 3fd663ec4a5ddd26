/** Fields of settings: a label, a value, and what happens when it changes. */
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { texts } from '../texts/texts.ts'
import { Shown, useReadOnly } from './read-only.tsx'

interface Field<T> {
  label: string
  hint?: string
  fault?: string
  value: T | undefined
  onChange(value: T): void
}

interface TextProps extends Field<string> {
  /** Not shown while it is written. */
  isSecret?: boolean
  autoFocus?: boolean
}

export function Text({ label, hint, fault, value = '', isSecret = false, autoFocus, onChange }: TextProps) {
  if (useReadOnly()) return <Shown label={label}>{isSecret ? '' : value}</Shown>
  return (
    <FormField label={label} constraintText={hint} errorText={fault}>
      <Input
        type={isSecret ? 'password' : 'text'}
        value={value}
        autoFocus={autoFocus}
        autoComplete={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  )
}

/** A text of several lines. */
export function LongText({ label, hint, fault, value = '', rows = 4, onChange }: Field<string> & { rows?: number }) {
  if (useReadOnly()) return <Shown label={label}>{value}</Shown>
  return (
    <FormField label={label} constraintText={hint} errorText={fault}>
      <Textarea value={value} rows={rows} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  )
}

/** Several values, one a line. */
export function Lines({ label, hint, fault, value = [], onChange }: Field<string[]>) {
  // Lines that are empty while somebody types stay in the field, and are no values.
  const [text, setText] = useState(value.join('\n'))
  if (useReadOnly()) return <Shown label={label}>{value.join('\n')}</Shown>
  return (
    <FormField label={label} constraintText={hint} errorText={fault}>
      <Textarea
        value={text}
        rows={Math.max(3, value.length + 1)}
        onChange={({ detail }) => {
          setText(detail.value)
          onChange(
            detail.value
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => line !== ''),
          )
        }}
      />
    </FormField>
  )
}

/** Any of some options, in their order. */
export function CheckList({
  label,
  options,
  fault,
  value = [],
  onChange,
}: Field<string[]> & { options: Record<string, string> }) {
  const names = Object.keys(options)
  // What is set and not among the options stays.
  const others = value.filter((name) => !names.includes(name))
  if (useReadOnly()) return <Shown label={label}>{value.map((name) => options[name] ?? name).join('\n')}</Shown>
  return (
    <FormField label={label} errorText={fault}>
      {names.map((name) => (
        <Checkbox
          key={name}
          checked={value.includes(name)}
          onChange={({ detail }) =>
            onChange([...names.filter((one) => (one === name ? detail.checked : value.includes(one))), ...others])
          }
        >
          {options[name]}
        </Checkbox>
      ))}
    </FormField>
  )
}

export function Toggle({ label, hint, value = false, onChange }: Field<boolean>) {
  if (useReadOnly()) return <Shown label={label}>{value ? texts.common.yes : texts.common.no}</Shown>
  return (
    <Checkbox checked={value} description={hint} onChange={({ detail }) => onChange(detail.checked)}>
      {label}
    </Checkbox>
  )
}

export type Unit = keyof typeof texts.clients.units

interface LifetimeProps {
  label: string
  value: number | undefined
  unit: Unit
  onChange(value: number | undefined, unit: Unit): void
}

/** A number of minutes, hours, days. */
export function Lifetime({ label, value, unit, onChange }: LifetimeProps) {
  const units = texts.clients.units
  if (useReadOnly())
    return <Shown label={label}>{value === undefined ? texts.common.standard : `${value} ${units[unit]}`}</Shown>
  return (
    <FormField label={label}>
      <div className="lifetime">
        <Input
          type="number"
          placeholder={texts.common.standard}
          ariaLabel={label}
          value={value?.toString() ?? ''}
          onChange={({ detail }) => onChange(detail.value === '' ? undefined : Number(detail.value), unit)}
        />
        <Select
          ariaLabel={`${label}: ${units[unit]}`}
          expandToViewport
          selectedOption={{ value: unit, label: units[unit] }}
          options={(Object.keys(units) as Unit[]).map((one) => ({ value: one, label: units[one] }))}
          onChange={({ detail }) => onChange(value, detail.selectedOption.value as Unit)}
        />
      </div>
    </FormField>
  )
}

interface ChoiceProps<Name extends string> {
  label: string
  options: Record<Name, string>
  value: Name
  onChange(value: Name): void
}

/** One of some options. */
export function Choice<Name extends string>({ label, options, value, onChange }: ChoiceProps<Name>) {
  if (useReadOnly()) return <Shown label={label}>{options[value] ?? value}</Shown>
  return (
    <FormField label={label}>
      <RadioGroup
        value={value}
        onChange={({ detail }) => onChange(detail.value as Name)}
        items={(Object.keys(options) as Name[]).map((name) => ({ value: name, label: options[name] }))}
      />
    </FormField>
  )
}

/** A whole number. */
export function Quantity({ label, hint, fault, value, onChange }: Field<number>) {
  const digits = value === undefined || Number.isNaN(value) ? '' : String(value)
  if (useReadOnly()) return <Shown label={label}>{digits}</Shown>
  return (
    <FormField label={label} constraintText={hint} errorText={fault}>
      <Input
        type="number"
        inputMode="numeric"
        value={digits}
        onChange={({ detail }) => onChange(detail.value === '' ? Number.NaN : Number(detail.value))}
      />
    </FormField>
  )
}
