import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { Component, type ReactNode } from 'react'
import { texts } from '../texts/texts.ts'

interface State {
  error?: Error
}

/** A page that fails leaves the navigation standing. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = {}

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    // The files of an earlier release are gone from the server.
    const isOld = /dynamically imported module|module script/i.test(error.message)
    return (
      <div role="alert">
        <Alert
          type="error"
          header={texts.shell.failed}
          action={<Button onClick={() => location.reload()}>{texts.shell.reload}</Button>}
        >
          {isOld ? texts.shell.updated : texts.shell.failedText}
        </Alert>
      </div>
    )
  }
}
