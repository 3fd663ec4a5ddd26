import type { Webhook } from '../config.ts'
import { uuidv4 } from '../lib/ids.ts'
import { OutboundRefused, postOutbound } from '../lib/outbound.ts'
import { webhookSignature } from '../lib/webhook-signature.ts'
import { errorMessage } from './lambda.ts'
import { failed, maxAnswerBytes, type Outcome, type Runner, timedOut, tooLong } from './runner.ts'

/**
 * Calls a function behind a URL. The event is posted with the three headers of Standard Webhooks, signed with
 * HMAC-SHA256. A 2xx response is the function's answer, a 4xx with `{"errorMessage": …}` is its refusal, anything else
 * is a failure.
 */
export function createWebhookRunner(
  webhooks: Record<string, Webhook>,
  { allowPrivateAddresses }: { allowPrivateAddresses: boolean },
): Runner {
  const names = Object.keys(webhooks)
  return {
    place: 'the webhooks of POOLHOUSE_WEBHOOKS',
    names: () => names,
    has: (name) => Object.hasOwn(webhooks, name),

    async run({ name, qualifier }, payload, signal) {
      const { url, secret } = webhooks[name]!
      const headers = {
        'content-type': 'application/json',
        'poolhouse-function': qualifier ? `${name}:${qualifier}` : name,
        ...webhookSignature(secret, { id: `msg_${uuidv4()}`, body: payload, now: new Date() }),
      }
      try {
        const limits = { maxBytes: maxAnswerBytes, allowPrivateAddresses, signal }
        return outcomeOf(await postOutbound(new URL(url), headers, payload, limits))
      } catch (error) {
        return signal.aborted ? timedOut : outcomeOfError(error)
      }
    },
  }
}

function outcomeOf({ status, body }: { status: number; body: Buffer }): Outcome {
  if (status >= 200 && status < 300) return { kind: 'answered', payload: body.toString() }
  if (status >= 400 && status < 500 && isRefusal(body)) return { kind: 'threw', message: errorMessage(body.toString()) }
  return failed(`HTTP ${status}`)
}

function outcomeOfError(error: unknown): Outcome {
  if (!(error instanceof OutboundRefused)) return failed('ServiceException')
  return error.reason === 'too-long' ? tooLong : failed('AccessDeniedException')
}

function isRefusal(body: Buffer): boolean {
  try {
    return typeof JSON.parse(body.toString())?.errorMessage === 'string'
  } catch {
    return false
  }
}
