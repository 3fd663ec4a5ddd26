import FileInput from '@cloudscape-design/components/file-input'
import FormField from '@cloudscape-design/components/form-field'
import { Shown, useReadOnly } from './read-only.tsx'

interface Props {
  label: string
  hint?: string
  fault?: string
  /** Of the button. */
  choose: string
  /** What is chosen. */
  chosen?: string
  /** As of HTML: `.xml,text/xml`. */
  accept?: string
  onChoose(file: File): void
}

/** A file of this machine. */
export function FileField({ label, hint, fault, choose, chosen, accept, onChoose }: Props) {
  if (useReadOnly()) return chosen ? <Shown label={label}>{chosen}</Shown> : null
  return (
    <FormField label={label} constraintText={hint} errorText={fault}>
      <div className="file">
        <FileInput
          value={[]}
          accept={accept}
          ariaLabel={`${choose}: ${label}`}
          onChange={({ detail }) => detail.value[0] && onChoose(detail.value[0])}
        >
          {choose}
        </FileInput>
        {chosen ? <span className="value">{chosen}</span> : null}
      </div>
    </FormField>
  )
}
