import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { texts } from '../texts/texts.ts'

interface Props {
  text: string
  label: string
  /** A secret in the text: copied, but shown as dots. */
  hidden?: string | undefined
}

/** Text of several lines that is pasted elsewhere. */
export function Block({ text, label, hidden }: Props) {
  return (
    <div className="block">
      <pre tabIndex={0}>{hidden ? text.replaceAll(hidden, '••••••••••••') : text}</pre>
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={`${texts.common.copy} ${label}`}
        copySuccessText={texts.common.copied}
        copyErrorText=""
      />
    </div>
  )
}
