import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { ApiError } from '../api/api-error.ts'
import { flashError, flashSuccess } from '../shell/flashes.tsx'
import { useQuestionBeforeLeaving } from '../shell/router.tsx'
import { texts } from '../texts/texts.ts'
import { Part } from './part.tsx'

interface Props {
  title: string
  lead: string
  /** JSON. What it says when it changes elsewhere takes the place of what is written here, by another `key`. */
  document: string
  action: string
  done: string
  mayEdit: boolean
  /** @throws ApiError, whose text is shown at the document where that is at fault */
  onSave(text: string): Promise<unknown>
}

/** A JSON document as text. That it is JSON is said while it is written; what else is wrong with it, says the server. */
export function DocumentEditor({ title, lead, document, action, done, mayEdit, onSave }: Props) {
  const [saved, setSaved] = useState(() => pretty(document))
  const [text, setText] = useState(saved)
  const [refusal, setRefusal] = useState<string>()
  const [busy, setBusy] = useState(false)
  const isChanged = text !== saved
  const fault = jsonFault(text)
  useQuestionBeforeLeaving(isChanged ? texts.common.unsaved : undefined)
  const save = async () => {
    setBusy(true)
    setRefusal(undefined)
    try {
      await onSave(text)
      setSaved(text)
      flashSuccess(done)
    } catch (error) {
      if (error instanceof ApiError && error.type === 'InvalidParameterException') setRefusal(error.message)
      else flashError(error)
    }
    setBusy(false)
  }
  return (
    <Part
      title={title}
      lead={lead}
      actions={
        mayEdit ? (
          <SpaceBetween direction="horizontal" size="xs">
            {isChanged ? <Button onClick={() => setText(saved)}>{texts.common.cancel}</Button> : null}
            <Button variant="primary" loading={busy} disabled={!isChanged || fault !== undefined} onClick={save}>
              {action}
            </Button>
          </SpaceBetween>
        ) : null
      }
    >
      <div className="source">
        <FormField stretch label={title} errorText={fault ? texts.common.notJson(fault) : refusal}>
          <Textarea
            value={text}
            rows={Math.min(40, text.split('\n').length + 2)}
            spellcheck={false}
            readOnly={!mayEdit}
            onChange={({ detail }) => {
              setRefusal(undefined)
              setText(detail.value)
            }}
          />
        </FormField>
      </div>
    </Part>
  )
}

function pretty(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), undefined, 2)
  } catch {
    return document
  }
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
