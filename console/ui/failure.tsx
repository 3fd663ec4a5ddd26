import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { type ReactNode, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import { texts } from '../texts/texts.ts'
import { describeError } from './describe-error.tsx'

interface Props {
  error: unknown
  onRetry?: () => unknown
}

/** In the place of what could not be read or done. */
export function Failure({ error, onRetry }: Props) {
  if (!error) return null
  return (
    <>
      {onRetry ? <Retriable /> : null}
      <FailureAlert error={error} onRetry={onRetry} />
    </>
  )
}

export function FailureAlert({ error, lead, onRetry }: Props & { lead?: ReactNode }) {
  const [busy, setBusy] = useState(false)
  const { header, content } = describeError(error)
  const retry = async () => {
    setBusy(true)
    await onRetry?.()
    setBusy(false)
  }
  return (
    <div role="alert">
      <Alert
        type="error"
        header={header}
        action={
          onRetry ? (
            <Button loading={busy} onClick={() => void retry()}>
              {texts.shell.tryAgain}
            </Button>
          ) : undefined
        }
      >
        {lead} {content}
      </Alert>
    </div>
  )
}

let shown = 0
const listeners = new Set<() => void>()

function count(difference: number): void {
  shown += difference
  for (const listener of listeners) listener()
}

/** Counted while it is on the page. */
function Retriable() {
  useLayoutEffect(() => {
    count(1)
    return () => count(-1)
  }, [])
  return null
}

/** Whether something on the page says that it could not be read, and offers to try again. */
export const useHasRetriable = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown > 0,
  )
