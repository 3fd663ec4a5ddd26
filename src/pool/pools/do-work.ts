import type { Context, RequestContext } from '../../context.ts'
import { networkOf } from '../../lib/client-address.ts'
import { QueueFull, type WorkOwner } from '../../lib/fair-queue.ts'
import { TooManyRequests } from '../../model/errors.ts'

/**
 * Does CPU-intensive work, in a queue where pools, and the client addresses of a pool, take turns. @throws
 * TooManyRequestsException where too much of it waits
 */
export async function doWork<T>(
  ctx: Context,
  pool: { id: string },
  work: (owner: WorkOwner) => Promise<T>,
): Promise<T> {
  const { clientAddress } = ctx as Partial<RequestContext>
  try {
    return await work({ pool: pool.id, address: clientAddress && networkOf(clientAddress) })
  } catch (error) {
    if (error instanceof QueueFull) throw new TooManyRequests()
    throw error
  }
}
