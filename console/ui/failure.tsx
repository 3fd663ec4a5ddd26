import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { texts } from '../texts/texts.ts'
import { describeError } from './describe-error.tsx'

/** In the place of what could not be read or done. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => unknown }) {
  const [busy, setBusy] = useState(false)
  if (!error) return null
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
        {content}
      </Alert>
    </div>
  )
}
