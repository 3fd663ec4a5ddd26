import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, type ReactNode, useState } from 'react'
import { texts } from '../texts/texts.ts'
import { Failure } from './failure.tsx'

interface Props {
  title: string
  /** What will happen. */
  children: ReactNode
  action: string
  /** Where it destroys something: the name that has to be typed. */
  typed?: string
  /** What is thrown is shown, and may be tried again. */
  onConfirm(): Promise<unknown>
  onClose(): void
}

/** Asks before something is done that people would miss, or that can't be undone. */
export function Confirm({ title, children, action, typed, onConfirm, onClose }: Props) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    if (busy || (typed !== undefined && text !== typed)) return
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel={texts.common.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {texts.common.cancel}
            </Button>
            <Button
              variant="primary"
              loading={busy}
              disabled={typed !== undefined && text !== typed}
              onClick={() => void submit()}
            >
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form onSubmit={submit}>
        <SpaceBetween size="m">
          <div>{children}</div>
          {typed !== undefined ? (
            <>
              <Alert type="warning">{texts.common.cannotBeUndone}</Alert>
              <FormField label={texts.common.typeToConfirm(typed)}>
                <Input
                  value={text}
                  placeholder={typed}
                  autoComplete={false}
                  onChange={({ detail }) => setText(detail.value)}
                />
              </FormField>
            </>
          ) : null}
          <Failure error={error} />
        </SpaceBetween>
      </form>
    </Modal>
  )
}
