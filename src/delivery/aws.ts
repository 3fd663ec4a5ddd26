import type { AwsEndpoint } from '../config.ts'
import { awsRequestHandler } from '../lib/aws-request-handler.ts'
import { OutboundRefused } from '../lib/outbound.ts'
import { type Outcome, postponed, privateAddress, refused } from './outcome.ts'

const maxAnswerBytes = 64 * 1024

/** What the SDK's clients are made with. Calls go the way of all others, with its limits on time, size and addresses. */
export function clientSettings(
  { endpoint, region, credentials }: AwsEndpoint,
  { allowPrivateAddresses }: { allowPrivateAddresses: boolean },
) {
  const isAws = /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
  return {
    endpoint,
    region,
    credentials: credentials ?? (isAws ? undefined : { accessKeyId: 'local', secretAccessKey: 'local' }),
    // The outbox tries again, and knows when to stop.
    maxAttempts: 1,
    requestHandler: awsRequestHandler({ maxBytes: maxAnswerBytes, allowPrivateAddresses }),
  }
}

interface CallError {
  name?: string
  code?: unknown
  cause?: unknown
  $metadata?: { httpStatusCode?: number }
}

/** @param permanent names of errors that say no to this very message */
export function outcomeOf(service: string, error: unknown, permanent: Set<string>): Outcome {
  if (error instanceof OutboundRefused) return error.reason === 'private-address' ? privateAddress : postponed(service)
  const { name, code, $metadata } = error as CallError
  // What the service says in words may repeat the address; its names are words of ours to check.
  const words = [name === 'Error' ? undefined : name, code, $metadata?.httpStatusCode].filter((word) =>
    /^\w{1,64}$/.test(String(word ?? '')),
  )
  const reason = [service, ...new Set(words)].join(' ')
  return name && permanent.has(name) ? refused(reason) : postponed(reason)
}
