import type { SendMailOptions, Transporter } from 'nodemailer'
import { type MailSettings, mailOf, notAnAddress } from './mail.ts'
import { delivered, type Failure, postponed, refused } from './outcome.ts'
import type { Transport } from './transport.ts'

/** Sends mail with SMTP over a few pooled connections. Nodemailer is loaded with the first mail. */
export function createSmtp(url: string, settings: MailSettings): Transport {
  let transporter: Promise<Transporter> | undefined
  return {
    async send(parcel, signal) {
      const mail = mailOf(parcel, settings)
      if (!mail) return refused(notAnAddress)
      try {
        transporter ??= connect(url)
        // @types/nodemailer does not know `signal` yet.
        await (await transporter).sendMail({ ...mail, signal } as SendMailOptions)
        return delivered
      } catch (error) {
        return outcomeOf(error as SmtpError)
      }
    },
    close() {
      transporter?.then(
        (open) => open.close(),
        () => {},
      )
    },
  }
}

/** Connects and signs in, and sends nothing. @returns why that fails, or undefined */
export async function smtpProblem(url: string): Promise<string | undefined> {
  const transporter = await connect(url)
  try {
    await transporter.verify()
    return undefined
  } catch (error) {
    return outcomeOf(error as SmtpError).reason
  } finally {
    transporter.close()
  }
}

async function connect(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  const options = {
    url,
    pool: true,
    maxConnections: 5,
    // No retries: the outbox has its own backoff.
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    dnsTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return createTransport(options as Parameters<typeof createTransport>[0])
}

interface SmtpError extends Error {
  code?: string
  responseCode?: number
  response?: string
}

/**
 * A 5xx reply to the envelope or the text is permanent. Everything else, such as a server that is down, a name that
 * does not resolve or rejected credentials, can be fixed while the message waits.
 */
function outcomeOf({ code, responseCode, response }: SmtpError): Failure {
  // The server's reply text often contains the address, so it is not recorded.
  const enhanced = response?.match(/^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/)?.[1]
  const reason = ['smtp', code, responseCode, enhanced].filter(Boolean).join(' ')
  const aboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE'
  const permanent = aboutMessage && (responseCode === undefined || responseCode >= 500)
  return permanent ? refused(reason) : postponed(reason)
}
