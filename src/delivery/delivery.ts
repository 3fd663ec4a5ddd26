import type { Config } from '../config.ts'
import type { Inbox } from './inbox.ts'
import type { Message, MessageKey } from './message.ts'
import { delivered, type Outcome, refused } from './outcome.ts'
import { createSmtp } from './smtp.ts'

export interface Parcel {
  key: MessageKey
  medium: 'EMAIL' | 'SMS'
  message: Message
  createdAt: Date
}

export interface Delivery {
  /** One attempt. Never throws for what a transport does. */
  deliver(parcel: Parcel, signal: AbortSignal): Promise<Outcome>
  close(): void
}

/** From a message to its transport: SMTP where it is configured, and the inbox of a dev server for everything. */
export function createDelivery({ config, inbox }: { config: Config; inbox?: Inbox }): Delivery {
  const smtp = config.smtpUrl === undefined ? undefined : createSmtp(config.smtpUrl, config.mailFrom)
  // The same on every node and at every attempt, so that a mail sent twice is shown once.
  const host = new URL(config.publicUrl).hostname

  return {
    async deliver(parcel, signal) {
      if (inbox) keep(inbox, parcel)
      if (parcel.medium === 'EMAIL' && smtp) return smtp.send(parcel.message, `<${parcel.key.id}@${host}>`, signal)
      if (inbox) return delivered
      return parcel.medium === 'EMAIL'
        ? refused('no mail server is configured (POOLHOUSE_SMTP_URL)')
        : refused('no way to send SMS is configured')
    },
    close: () => smtp?.close(),
  }
}

function keep(inbox: Inbox, { key, medium, message, createdAt }: Parcel): void {
  if (inbox.list({ userPoolId: key.poolId, to: message.to }).some(({ id }) => id === key.id)) return
  inbox.add({
    id: key.id,
    userPoolId: key.poolId,
    medium,
    to: message.to,
    subject: message.subject,
    body: message.html ?? message.text,
    code: message.code,
    createdAt: createdAt.toISOString(),
  })
}
