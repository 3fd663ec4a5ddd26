import type { Context } from '../../context.ts'
import { AttemptsExceeded } from '../../model/errors.ts'
import type { QuotaAction } from '../../model/limits.ts'
import { countUse } from './quota-store.ts'

const hour = 3600_000

/**
 * Counts one use of an action in the hour that its first use began, and refuses it over the limit. The count is
 * committed before the refusal; a refused use counts too, but never moves the end of the hour. Call it outside a
 * transaction.
 * @throws LimitExceededException
 */
export async function useQuota(
  ctx: Context,
  { poolId, action, subject }: { poolId: string; action: QuotaAction; subject: string },
): Promise<void> {
  const now = ctx.clock.now()
  const windowEnd = new Date(now.getTime() + hour)
  // A subject may be an unknown name or address; the table holds none of them in readable form.
  const hidden = ctx.keyring.mac('quota-subject', poolId, action, subject).toString('base64url')
  const used = await countUse(ctx.db, { poolId, action, subject: hidden }, now, windowEnd)
  if (used > ctx.limits[action]) throw new AttemptsExceeded()
}
