import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { useState } from 'react'
import { texts } from '../texts/texts.ts'

/** A secret that is shown on demand, and copied without being shown. */
export function Secret({ value, label }: { value: string; label: string }) {
  const [shown, setShown] = useState(false)
  return (
    <span className="secret">
      <CopyToClipboard
        variant="icon"
        textToCopy={value}
        copyButtonAriaLabel={`${texts.common.copy} ${label}`}
        copySuccessText={texts.common.copied}
        copyErrorText=""
      />
      <code className="value">{shown ? value : '••••••••••••'}</code>
      <Button
        variant="inline-link"
        ariaLabel={`${shown ? texts.common.hide : texts.common.show} ${label}`}
        onClick={() => setShown(!shown)}
      >
        {shown ? texts.common.hide : texts.common.show}
      </Button>
    </span>
  )
}
