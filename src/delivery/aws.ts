import type { AwsEndpoint } from '../config.ts'
import { awsRequestHandler } from '../lib/aws-request-handler.ts'
import { OutboundRefused } from '../lib/outbound.ts'
import { type Outcome, postponed, privateAddress, refused } from './outcome.ts'

const maxAnswerBytes = 64 * 1024

/**
 * Settings for the SDK's clients. Their calls use the common outbound handler with its limits on time, size and
 * addresses.
 */
export function clientSettings(
  { endpoint, region, credentials }: AwsEndpoint,
  { allowPrivateAddresses }: { allowPrivateAddresses: boolean },
) {
  const isAws = /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
  return {
    endpoint,
    region,
    credentials: credentials ?? (isAws ? undefined : { accessKeyId: 'local', secretAccessKey: 'local' }),
    // No retries: the outbox has its own backoff.
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

/** @param permanent names of errors for which a retry of the same message is pointless */
export function outcomeOf(service: string, error: unknown, permanent: Set<string>): Outcome {
  if (error instanceof OutboundRefused) return error.reason === 'private-address' ? privateAddress : postponed(service)
  const { name, code, $metadata } = error as CallError
  // The service's error text may contain the address, so only error names from a known list are recorded.
  const words = [name === 'Error' ? undefined : name, code, $metadata?.httpStatusCode].filter((word) =>
    /^\w{1,64}$/.test(String(word ?? '')),
  )
  const reason = [service, ...new Set(words)].join(' ')
  return name && permanent.has(name) ? refused(reason) : postponed(reason)
}
