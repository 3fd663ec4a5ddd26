import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { texts } from '../texts/texts.ts'
import { describeError } from './describe-error.tsx'

/** In the place of what could not be read or done. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => unknown }) {
  if (!error) return null
  const { header, content } = describeError(error)
  return (
    <div role="alert">
      <Alert
        type="error"
        header={header}
        action={onRetry ? <Button onClick={() => void onRetry()}>{texts.shell.tryAgain}</Button> : undefined}
      >
        {content}
      </Alert>
    </div>
  )
}
