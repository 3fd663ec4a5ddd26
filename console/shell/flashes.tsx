import Button from '@cloudscape-design/components/button'
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import { useSyncExternalStore } from 'react'
import { texts } from '../texts/texts.ts'
import { describeError } from '../ui/describe-error.tsx'

/** What the console tells about what has been done: it stays when the page changes, and goes by itself if all is well. */
let items: readonly FlashbarProps.MessageDefinition[] = []
let lastId = 0
const listeners = new Set<() => void>()
const successStays = 6000

function show(item: FlashbarProps.MessageDefinition, id = String(++lastId)): void {
  const dismiss = () => {
    items = items.filter((other) => other.id !== id)
    tell()
  }
  const shown = { dismissible: true, dismissLabel: texts.shell.dismiss, onDismiss: dismiss, ...item, id }
  const isThere = items.some((other) => other.id === id)
  items = isThere ? items.map((other) => (other.id === id ? shown : other)) : [...latest(), shown]
  if (item.type === 'success') setTimeout(dismiss, successStays)
  tell()
}

/** The last few, and all that is still going on. */
const latest = () => items.filter(({ type }, index) => type === 'in-progress' || index >= items.length - 4)

function tell(): void {
  for (const listener of listeners) listener()
}

/** Shows it until it is told to show another in its place. */
export function flashItem(item: FlashbarProps.MessageDefinition): (next: FlashbarProps.MessageDefinition) => void {
  const id = String(++lastId)
  show(item, id)
  return (next) => show(next, id)
}

export const flashSuccess = (content: string) => show({ type: 'success', ariaRole: 'status', content })

/** What was done can be taken back while it is shown. */
export function flashUndo(content: string, undo: () => Promise<unknown>): void {
  const next = flashItem({
    type: 'info',
    ariaRole: 'status',
    content,
    action: (
      <Button
        onClick={() => {
          next({ type: 'info', loading: true, content })
          undo().then(
            () => next({ type: 'success', ariaRole: 'status', content: texts.shell.undone }),
            (error) => next({ type: 'error', ariaRole: 'alert', ...describeError(error) }),
          )
        }}
      >
        {texts.shell.undo}
      </Button>
    ),
  })
}

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
      <Flashbar
        items={shown}
        i18nStrings={{ ariaLabel: texts.shell.notifications, inProgressIconAriaLabel: texts.common.loading }}
      />
    </div>
  )
}
