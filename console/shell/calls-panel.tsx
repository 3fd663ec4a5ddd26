import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { commandOf } from '../api/command.ts'
import { notedCalls, onCall } from '../api/journal.ts'
import { settings } from '../settings.ts'
import { texts } from '../texts/texts.ts'

/** Every call of the console as a command for a shell. */
export function CallsPanel({ onClose }: { onClose(): void }) {
  const calls = useSyncExternalStore(onCall, notedCalls)
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.focus(), [])
  const server = { url: settings.publicUrl, region: settings.region }
  return (
    <aside
      className="calls"
      ref={panel}
      tabIndex={-1}
      aria-label={texts.shell.callsTitle}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <header>
        <h2>{texts.shell.callsTitle}</h2>
        <Button variant="icon" iconName="close" ariaLabel={texts.common.close} onClick={onClose} />
      </header>
      <p>{calls.length === 0 ? texts.shell.noCalls : texts.shell.callsLead}</p>
      <ol>
        {calls.map((call) => {
          const command = commandOf(call, server)
          return (
            <li key={call.id}>
              <div>
                <strong>{call.operation}</strong>{' '}
                <time dateTime={call.at.toISOString()}>{call.at.toLocaleTimeString()}</time>
                <CopyToClipboard
                  variant="icon"
                  textToCopy={command}
                  copyButtonAriaLabel={`${texts.common.copy} ${call.operation}`}
                  copySuccessText={texts.common.copied}
                  copyErrorText=""
                />
              </div>
              <pre tabIndex={0}>{command}</pre>
            </li>
          )
        })}
      </ol>
    </aside>
  )
}
