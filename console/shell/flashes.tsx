import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import { useSyncExternalStore } from 'react'
import { texts } from '../texts/texts.ts'
import { describeError } from '../ui/describe-error.tsx'

/** What the console tells about what has been done: it stays when the page changes, and goes by itself if all is well. */
let items: readonly FlashbarProps.MessageDefinition[] = []
let lastId = 0
const listeners = new Set<() => void>()
const successStays = 6000

function show(item: FlashbarProps.MessageDefinition): void {
  lastId += 1
  const id = String(lastId)
  const dismiss = () => {
    items = items.filter((other) => other.id !== id)
    tell()
  }
  items = [
    ...items.slice(-4),
    { ...item, id, dismissible: true, dismissLabel: texts.shell.dismiss, onDismiss: dismiss },
  ]
  if (item.type === 'success') setTimeout(dismiss, successStays)
  tell()
}

function tell(): void {
  for (const listener of listeners) listener()
}

export const flashSuccess = (content: string) => show({ type: 'success', ariaRole: 'status', content })
export const flashError = (error: unknown) => show({ type: 'error', ariaRole: 'alert', ...describeError(error) })

export function Flashes() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => items,
  )
  return (
    <div className="flashes">
      <Flashbar items={shown} i18nStrings={{ ariaLabel: texts.shell.notifications }} />
    </div>
  )
}
