import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { texts } from '../texts/texts.ts'

/** Text of several lines that is pasted elsewhere. */
export function Block({ text, label }: { text: string; label: string }) {
  return (
    <div className="block">
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={`${texts.common.copy} ${label}`}
        copySuccessText={texts.common.copied}
        copyErrorText=""
      />
      <pre tabIndex={0}>{text}</pre>
    </div>
  )
}
