import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { texts } from '../texts/texts.ts'
import { Shown, useReadOnly } from './read-only.tsx'

const isHex = (text: string) => /^[0-9a-f]{8}$/i.test(text)

interface Props {
  label: string
  hint?: string
  /** As RRGGBBAA. */
  value: string
  onChange(value: string): void
}

/** A colour, by the browser's picker or its digits. */
export function ColorField({ label, hint, value, onChange }: Props) {
  const [typed, setTyped] = useState<string>()
  const isReadOnly = useReadOnly()
  const shown = typed ?? value
  const type = (text: string) => {
    const digits = text.trim().replace(/^#/, '')
    const whole = digits.length === 6 ? `${digits}ff` : digits
    setTyped(isHex(whole) ? undefined : text)
    if (isHex(whole)) onChange(whole.toLowerCase())
  }
  if (isReadOnly)
    return (
      <Shown label={label}>
        <input type="color" tabIndex={-1} aria-hidden="true" value={`#${value.slice(0, 6)}`} disabled /> {value}
      </Shown>
    )
  return (
    <FormField
      label={label}
      constraintText={hint}
      errorText={isHex(shown) || /^[0-9a-f]{6}$/i.test(shown) ? undefined : texts.branding.badColor}
    >
      <div className="color">
        <input
          type="color"
          aria-label={label}
          value={`#${value.slice(0, 6)}`}
          onChange={({ target }) => {
            setTyped(undefined)
            onChange(target.value.slice(1) + value.slice(6))
          }}
        />
        <Input
          value={shown}
          ariaLabel={texts.branding.hex(label)}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => type(detail.value)}
        />
      </div>
    </FormField>
  )
}
