import Input from '@cloudscape-design/components/input'
import { useEffect, useRef, useState } from 'react'
import { texts } from '../texts/texts.ts'

const pause = 250

/** Searches once nobody has typed for a moment, or at Enter. */
export function SearchInput({
  value,
  label,
  onSearch,
}: {
  value: string
  label: string
  onSearch(text: string): void
}) {
  const [text, setText] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const search = (next: string, after: number) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onSearch(next), after)
  }
  return (
    <Input
      type="search"
      value={text}
      ariaLabel={label}
      placeholder={label}
      clearAriaLabel={texts.common.clear}
      onChange={({ detail }) => search(detail.value, pause)}
      onKeyDown={({ detail }) => detail.key === 'Enter' && search(text, 0)}
    />
  )
}
