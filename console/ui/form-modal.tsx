import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal, { type ModalProps } from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { flashError } from '../shell/flashes.tsx'
import { texts } from '../texts/texts.ts'
import { ReadOnly } from './read-only.tsx'
import { Refusal } from './refusal.tsx'

interface Props {
  title: string
  action: string
  /** Of the button that closes it, where that gives up nothing. */
  cancel?: string
  size?: ModalProps.Size
  /** While something is missing. */
  disabled?: boolean
  children: ReactNode
  /** It stays open once it has been sent. */
  stays?: boolean
  /** What is thrown is shown, and may be tried again. */
  onSubmit(): Promise<unknown>
  onClose(): void
}

/** A small form over the page. Enter sends it, Escape closes it. */
export function FormModal({
  title,
  action,
  cancel = texts.common.cancel,
  size,
  disabled,
  children,
  stays = false,
  onSubmit,
  onClose,
}: Props) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  useFocusReturn()
  const isClosed = useRef(false)
  const close = () => {
    isClosed.current = true
    onClose()
  }
  const submit = async (event?: FormEvent) => {
    event?.preventDefault()
    if (busy || disabled) return
    setBusy(true)
    setError(undefined)
    try {
      await onSubmit()
      if (stays) setBusy(false)
      else if (!isClosed.current) onClose()
    } catch (refused) {
      // Who has closed it meanwhile is told as well.
      if (isClosed.current) flashError(refused)
      setError(refused)
      setBusy(false)
    }
  }
  // Whoever is offered a dialog may fill it in, wherever it was opened.
  return (
    <ReadOnly value={false}>
      <Modal
        visible
        header={title}
        size={size}
        closeAriaLabel={texts.common.close}
        // A stray click beside it loses nothing.
        onDismiss={({ detail }) => detail.reason !== 'overlay' && close()}
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={close}>
                {cancel}
              </Button>
              <Button variant="primary" loading={busy} disabled={disabled} onClick={() => void submit()}>
                {action}
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <form onSubmit={submit}>
          <SpaceBetween size="m">
            {children}
            <Refusal error={error} />
            {/* Enter sends a form of several fields only where it has a button. */}
            <button type="submit" hidden />
          </SpaceBetween>
        </form>
      </Modal>
    </ReadOnly>
  )
}

/** To what opened the dialog: a field that is focused from the start hides that from the component. */
function useFocusReturn(): void {
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus()
    },
    [opener],
  )
}
