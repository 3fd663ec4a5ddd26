import type { Context } from '../../context.ts'
import { listIntentsBefore } from './intent-store.ts'
import { flushRecords } from './record-queue.ts'
import { pruneRecords } from './record-store.ts'
import { writeRecord } from './write-record.ts'

/** No call takes longer: an older one without a record belongs to a process that is gone. */
const maxCallDuration = 10 * 60_000
const batch = 500

/** Records the interrupted calls. Nobody knows whether they changed something. */
export async function closeIntents(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - maxCallDuration)
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

/** Runs on every node: if two do it at once, one finds nothing left. */
export async function keepAudit(ctx: Context): Promise<void> {
  await flushRecords(ctx)
  await closeIntents(ctx)
  const { auditRetentionDays: days } = ctx.config
  if (days !== undefined) await pruneRecords(ctx.db, new Date(ctx.clock.now().getTime() - days * 86_400_000))
}
