import type { Context } from '../../context.ts'
import { LimitExceeded } from '../../model/errors.ts'
import { countUse } from './quota-store.ts'

export interface Quota {
  limit: number
  /** Seconds, from the first use. */
  window: number
}

/**
 * Counts one use of an action and refuses it over the limit. The count is committed before the refusal, and a refused
 * use counts too, but never moves the end of the window. Call it outside a transaction.
 * @throws LimitExceededException
 */
export async function useQuota(
  ctx: Context,
  { poolId, action, subject, limit, window }: Quota & { poolId: string; action: string; subject: string },
): Promise<void> {
  const now = ctx.clock.now()
  const windowEnd = new Date(now.getTime() + window * 1000)
  // A subject may be a name or an address that nobody has; the table keeps none of them readable.
  const hidden = ctx.keyring.mac('quota-subject', poolId, action, subject).toString('base64url')
  const used = await countUse(ctx.db, { poolId, action, subject: hidden }, now, windowEnd)
  if (used > limit) throw new LimitExceeded()
}
