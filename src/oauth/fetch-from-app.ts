import type { Context } from '../context.ts'
import { createFairQueue, type FairQueue } from '../lib/fair-queue.ts'
import { callOutbound, type OutboundAnswer } from '../lib/outbound.ts'
import { actualUrl } from '../pool/identity-providers/provider-call.ts'

const maxWait = 5000

/**
 * For the fetches of one kind. Anyone can cause one by naming the address, so a host has few of the places: slow ones
 * must not hold up the others.
 */
export const createFetchQueue = (): FairQueue =>
  createFairQueue({ running: 40, perAddress: 4, waiting: 200, patience: maxWait })

interface Fetch {
  queue: FairQueue
  poolId: string
  accept: string
  maxBytes: number
}

/**
 * What lies at an address of an app: a public one unless configured otherwise, and without redirects. @throws QueueFull,
 * OutboundRefused, or a network error
 */
export function fetchFromApp(
  ctx: Context,
  url: string,
  { queue, poolId, accept, maxBytes }: Fetch,
): Promise<OutboundAnswer> {
  const { allowPrivateAddresses } = ctx.config
  return queue.run({ pool: poolId, address: new URL(url).host }, () =>
    callOutbound(
      actualUrl(ctx, url),
      { method: 'GET', headers: { accept } },
      { maxBytes, allowPrivateAddresses, signal: AbortSignal.timeout(maxWait) },
    ),
  )
}

/** The media type of an answer, in lower case and without parameters. */
export const mediaTypeOf = ({ headers }: OutboundAnswer): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
