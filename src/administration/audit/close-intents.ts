import type { Context } from '../../context.ts'
import { listIntentsBefore } from './intent-store.ts'
import { flushRecords } from './record-queue.ts'
import { pruneRecords } from './record-store.ts'
import { writeRecord } from './write-record.ts'

/** No call takes as long: what began before and has no record belongs to a process that is gone. */
const longestCall = 10 * 60_000
const batch = 500

/** Makes records of the calls that were interrupted: whether they changed something, nobody knows. */
export async function closeIntents(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - longestCall)
  for (const intent of await listIntentsBefore(ctx.db, before, batch)) {
    const record = JSON.stringify({
      ...JSON.parse(intent.record),
      errorCode: 'Interrupted',
      responseElements: null,
      ...(intent.userSub !== null && { additionalEventData: { sub: intent.userSub } }),
    })
    const event = {
      ...intent,
      record,
      poolId: undefined,
      userSub: intent.userSub ?? undefined,
      errorCode: 'Interrupted',
    }
    await writeRecord(ctx, event, { onlyOver: true })
  }
}

/** Every node may do it: of two, one finds nothing left. */
export async function keepAudit(ctx: Context): Promise<void> {
  await flushRecords(ctx)
  await closeIntents(ctx)
  const { auditRetentionDays: days } = ctx.config
  if (days !== undefined) await pruneRecords(ctx.db, new Date(ctx.clock.now().getTime() - days * 86_400_000))
}
