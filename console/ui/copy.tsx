import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { texts } from '../texts/texts.ts'

/** A value that is pasted elsewhere: an id, an address. */
export function Copy({ value, label }: { value: string; label: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={value}
      textToDisplay={value}
      copyButtonAriaLabel={`${texts.common.copy} ${label}`}
      copySuccessText={texts.common.copied}
      copyErrorText=""
    />
  )
}
