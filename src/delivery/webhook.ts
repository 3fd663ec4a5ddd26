import type { Webhook } from '../config.ts'
import { isOneAddress } from '../lib/mail-address.ts'
import { OutboundRefused, postOutbound } from '../lib/outbound.ts'
import { webhookSignature } from '../lib/webhook-signature.ts'
import { notAnAddress, oneLine } from './mail.ts'
import { delivered, type Outcome, postponed, privateAddress, refused } from './outcome.ts'
import { invalidPhoneNumber, isPhoneNumber } from './sms.ts'
import type { Parcel, Transport } from './transport.ts'

const callLimit = 30_000
/** The response body is not used. */
const maxAnswerBytes = 64 * 1024

/** Statuses that a receiver would repeat for the same message. Everything else can be fixed while the message waits. */
const permanent = new Set([400, 422])

/**
 * Posts messages to a URL that sends them on, signed like the events of triggers. Their id is the same at every
 * attempt.
 */
export function createWebhook(
  { url, secret }: Webhook,
  settings: { mailFrom: string; allowPrivateAddresses: boolean },
): Transport {
  return {
    async send(parcel, signal) {
      const wrong = wrongRecipient(parcel)
      if (wrong) return refused(wrong)
      const body = JSON.stringify(bodyOf(parcel, settings.mailFrom))
      const headers = {
        'content-type': 'application/json',
        ...webhookSignature(secret, { id: `msg_${parcel.key.id}`, body, now: new Date() }),
      }
      try {
        const { status } = await postOutbound(new URL(url), headers, body, {
          maxBytes: maxAnswerBytes,
          allowPrivateAddresses: settings.allowPrivateAddresses,
          signal: AbortSignal.any([signal, AbortSignal.timeout(callLimit)]),
        })
        if (status >= 200 && status < 300) return delivered
        return permanent.has(status) ? refused(`webhook ${status}`) : postponed(`webhook ${status}`)
      } catch (error) {
        return outcomeOf(error)
      }
    },
  }
}

function wrongRecipient({ medium, message }: Parcel): string | undefined {
  if (medium === 'EMAIL') return isOneAddress(message.to) ? undefined : notAnAddress
  return isPhoneNumber(message.to) ? undefined : invalidPhoneNumber
}

function bodyOf({ key, medium, kind, message, createdAt }: Parcel, mailFrom: string) {
  const { to, code, text, html, subject, from = mailFrom, replyTo } = message
  return {
    id: key.id,
    userPoolId: key.poolId,
    medium,
    kind,
    createdAt: createdAt.toISOString(),
    to,
    code,
    text,
    ...(medium === 'EMAIL' && {
      html,
      subject: oneLine(subject),
      from: oneLine(from),
      replyTo: replyTo === undefined ? undefined : oneLine(replyTo),
    }),
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof OutboundRefused)
    return error.reason === 'private-address' ? privateAddress : postponed('webhook answer too long')
  const { name, code } = error as { name: string; code?: unknown }
  return postponed(`webhook ${typeof code === 'string' ? code : name}`)
}
