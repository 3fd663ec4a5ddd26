import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { useMay } from '../../api/permissions.ts'
import { flashError, flashSuccess } from '../../shell/flashes.tsx'
import { useQuestionBeforeLeaving } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Part } from '../../ui/part.tsx'
import { type Role, saveRole } from './save-role.ts'

const t = texts.roles
const putAction = 'poolhouse:PutRole'

/** The policy as text. That it is JSON is said while it is written; what is wrong with it as a policy, says the server. */
export function PolicyEditor({ role }: { role: Role }) {
  const may = useMay(putAction)
  const [saved, setSaved] = useState(() => pretty(role.PolicyDocument))
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
      await saveRole(role.RoleName, () => ({ PolicyDocument: text }))
      setSaved(text)
      flashSuccess(t.policySaved)
    } catch (error) {
      if (error instanceof ApiError && error.type === 'InvalidParameterException') setRefusal(error.message)
      else flashError(error)
    }
    setBusy(false)
  }
  return (
    <Part
      title={t.policy}
      lead={t.policyLead}
      actions={
        may(putAction) ? (
          <SpaceBetween direction="horizontal" size="xs">
            {isChanged ? <Button onClick={() => setText(saved)}>{texts.common.cancel}</Button> : null}
            <Button variant="primary" loading={busy} disabled={!isChanged || fault !== undefined} onClick={save}>
              {t.savePolicy}
            </Button>
          </SpaceBetween>
        ) : null
      }
    >
      <div className="source">
        <FormField stretch label={t.policy} errorText={fault ? t.notJson(fault) : refusal}>
          <Textarea
            value={text}
            rows={Math.min(40, text.split('\n').length + 2)}
            spellcheck={false}
            readOnly={!may(putAction)}
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
