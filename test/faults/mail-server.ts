import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server that can be told to put everybody off until later. */
export interface MailServer {
  url: string
  busy: boolean
  /** Says nothing to who has a mail for it, until it is released. */
  hangs: boolean
  /** To whom mail has come. */
  recipients: string[]
  messages: { to: string; id: string; code: string | undefined }[]
  close(): Promise<void>
}

export async function startMailServer(): Promise<MailServer> {
  const mail = { busy: false, hangs: false, recipients: [] as string[], messages: [] as MailServer['messages'] }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    closeTimeout: 100,
    async onMailFrom(_address, _session, done) {
      while (mail.hangs) await new Promise((resolve) => setTimeout(resolve, 50))
      done()
    },
    onRcptTo: (_address, _session, done) =>
      done(mail.busy ? Object.assign(new Error('4.3.2 later'), { responseCode: 451 }) : null),
    onData(stream, session, done) {
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk) => {
        text += chunk
      })
      stream.on('end', () => {
        const id = /^message-id: *(\S+)/im.exec(text)?.[1] ?? ''
        const code = /\b\d{6}\b/.exec(text.slice(text.indexOf('\r\n\r\n')))?.[0]
        for (const { address: to } of session.envelope.rcptTo) {
          mail.recipients.push(to)
          mail.messages.push({ to, id, code })
        }
        done(null)
      })
    },
  })
  // A client that is killed hangs up in the middle of a sentence.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return Object.assign(mail, {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}
