import { useEffect, useRef } from 'react'
import { texts } from '../../texts/texts.ts'
import { showMail } from './show-mail.ts'

const { sample } = texts.messages

interface Props {
  label: string
  code: string
  subject: string
  mail: string | undefined
  sms: string | undefined
}

const filled = (text: string, code: string) => text.replaceAll('{####}', code).replaceAll('{username}', sample.username)

/** The message with a sample of what it is about, as mail programs show it: nothing runs, nothing is loaded. */
export function MailPreview({ label, code, subject, mail, sms }: Props) {
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    const inner = frame.current?.contentDocument
    if (inner && mail !== undefined) showMail(inner, withLink(filled(mail, code)))
  }, [mail, code])
  return (
    <section className="mail" aria-label={label}>
      {mail === undefined ? null : (
        <>
          <strong className="value">{filled(subject, code)}</strong>
          <iframe ref={frame} sandbox="allow-same-origin" title={label} />
        </>
      )}
      {sms === undefined ? null : <p className="sms lines">{filled(sms, code)}</p>}
    </section>
  )
}

const withLink = (mail: string) => mail.replace(/\{##([^{}]+)##\}/g, `<a href="${sample.link}">$1</a>`)
