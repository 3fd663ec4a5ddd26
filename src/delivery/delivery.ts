import type { Config } from '../config.ts'
import type { Inbox } from './inbox.ts'
import { delivered, type Outcome, refused } from './outcome.ts'
import { createSes } from './ses.ts'
import { createSmtp } from './smtp.ts'
import { createSns } from './sns.ts'
import type { Parcel, Transport } from './transport.ts'
import { createWebhook } from './webhook.ts'

export interface Delivery {
  /** Makes one attempt. Never throws if a transport fails. */
  deliver(parcel: Parcel, signal: AbortSignal): Promise<Outcome>
  close(): void
}

const none = {
  EMAIL: refused('no mail server is configured (POOLHOUSE_SMTP_URL, POOLHOUSE_SES_ENDPOINT or POOLHOUSE_MAIL_WEBHOOK)'),
  SMS: refused('no way to send SMS is configured (POOLHOUSE_SNS_ENDPOINT or POOLHOUSE_SMS_WEBHOOK)'),
}

/** Picks the transport for a message's medium. The inbox of a dev server records every message, sent or not. */
export function createDelivery({ config, inbox }: { config: Config; inbox?: Inbox }): Delivery {
  const transports = { EMAIL: mailTransport(config), SMS: smsTransport(config) }
  return {
    async deliver(parcel, signal) {
      if (inbox) keep(inbox, parcel)
      const transport = transports[parcel.medium]
      if (transport) return transport.send(parcel, signal)
      return inbox ? delivered : none[parcel.medium]
    },
    close() {
      for (const transport of Object.values(transports)) transport?.close?.()
    },
  }
}

// At most one transport per medium is configured; the server refuses to start with more.
function mailTransport(config: Config): Transport | undefined {
  if (config.smtpUrl) return createSmtp(config.smtpUrl, config)
  if (config.ses) return createSes(config.ses, config)
  return config.mailWebhook && createWebhook(config.mailWebhook, config)
}

function smsTransport(config: Config): Transport | undefined {
  if (config.sns) return createSns(config.sns, config)
  return config.smsWebhook && createWebhook(config.smsWebhook, config)
}

function keep(inbox: Inbox, { key, medium, message, createdAt }: Parcel): void {
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
