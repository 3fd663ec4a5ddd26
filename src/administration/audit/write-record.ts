import type { Context } from '../../context.ts'
import { appendRecord, type NewRecord } from './append-store.ts'
import { recordMac } from './record-mac.ts'

/** Appends a record to its chain, then sends it to the configured destinations. */
export async function writeRecord(
  ctx: Context,
  event: Omit<NewRecord, 'mac'>,
  options?: { onlyOver: boolean },
): Promise<void> {
  const place = await appendRecord(ctx.db, { ...event, mac: recordMac(ctx, event.record) }, options)
  if (place) exportRecord(ctx, event, place)
}

const serviceOf = { logs: 'logs', s3: 's3', firehose: 'firehose' } as const

/**
 * Best effort: the record is in the database. The copy contains its place in the chain, so that records deleted from
 * the database are found missing.
 */
export function exportRecord(
  ctx: Context,
  { record, eventTime }: Pick<NewRecord, 'record' | 'eventTime'>,
  place: { chain: string; sequence: string },
) {
  for (const destination of ctx.config.auditLog ?? []) {
    if (destination === 'stdout') {
      ctx.log.info({ ...place, record: JSON.parse(record) }, 'audit record')
      continue
    }
    const service = serviceOf[destination.split(':')[2] as keyof typeof serviceOf]
    ctx.logs.addLine({ service, arn: destination, poolId: 'audit' }, record, eventTime)
  }
}
