import { createHmac } from 'node:crypto'
import type { Webhook } from '../config.ts'
import { uuidv4 } from '../lib/ids.ts'
import { OutboundRefused, postOutbound } from '../lib/outbound.ts'
import { errorMessage } from './lambda.ts'
import { failed, longestAnswer, type Runner, timedOut, tooLong } from './runner.ts'

/**
 * A function behind a URL. The event is posted with the three headers of Standard Webhooks, signed with HMAC-SHA256; a
 * 2xx answers with the event, a 4xx with `{"errorMessage": …}` refuses, anything else is a failure.
 */
export function createWebhookRunner(
  webhooks: Record<string, Webhook>,
  { allowPrivateAddresses }: { allowPrivateAddresses: boolean },
): Runner {
  return {
    has: (name) => Object.hasOwn(webhooks, name),

    async run({ name, qualifier }, payload, signal) {
      const { url, secret } = webhooks[name]!
      const headers = {
        'content-type': 'application/json',
        'poolhouse-function': qualifier ? `${name}:${qualifier}` : name,
        ...signature(secret, payload, new Date()),
      }
      try {
        const limits = { maxBytes: longestAnswer, allowPrivateAddresses, signal }
        const { status, body } = await postOutbound(new URL(url), headers, payload, limits)
        if (status >= 200 && status < 300) return { kind: 'answered', payload: body.toString() }
        if (status >= 400 && status < 500 && isRefusal(body))
          return { kind: 'threw', message: errorMessage(body.toString()) }
        return failed(`HTTP ${status}`)
      } catch (error) {
        if (signal.aborted) return timedOut
        if (error instanceof OutboundRefused && error.reason === 'too long') return tooLong
        return failed(error instanceof OutboundRefused ? 'AccessDeniedException' : 'ServiceException')
      }
    },
  }
}

/** https://www.standardwebhooks.com: the id, the second and the body, so that a receiver can refuse what is old. */
export function signature(secret: string, body: string, now: Date): Record<string, string> {
  const id = `msg_${uuidv4()}`
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const mac = createHmac('sha256', secretBytes(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` }
}

/** `whsec_` and base64, or any other text as it is. */
const secretBytes = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)

function isRefusal(body: Buffer): boolean {
  try {
    return typeof JSON.parse(body.toString())?.errorMessage === 'string'
  } catch {
    return false
  }
}
