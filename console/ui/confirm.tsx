import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { type ReactNode, useState } from 'react'
import { texts } from '../texts/texts.ts'
import { FormModal } from './form-modal.tsx'

interface Props {
  title: string
  /** What will happen. */
  children: ReactNode
  action: string
  /** Where it destroys something: the name that has to be typed. */
  typed?: string
  /** While something is missing. */
  disabled?: boolean
  /** What is thrown is shown, and may be tried again. */
  onConfirm(): Promise<unknown>
  onClose(): void
}

/** Asks before something is done that people would miss, or that can't be undone. */
export function Confirm({ title, children, action, typed, disabled = false, onConfirm, onClose }: Props) {
  const [text, setText] = useState('')
  return (
    <FormModal
      title={title}
      action={action}
      disabled={disabled || (typed !== undefined && text !== typed)}
      onSubmit={onConfirm}
      onClose={onClose}
    >
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
    </FormModal>
  )
}
