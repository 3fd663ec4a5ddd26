import type { Context } from '../../context.ts'
import { appendRecord, type NewRecord } from './append-store.ts'
import { recordMac } from './record-mac.ts'

/** Appends a record to its chain, then hands it to where the installation wants its records besides. */
export async function writeRecord(
  ctx: Context,
  event: Omit<NewRecord, 'mac'>,
  options?: { onlyOver: boolean },
): Promise<void> {
  const place = await appendRecord(ctx.db, { ...event, mac: recordMac(ctx, event.record) }, options)
  if (place) tellOthers(ctx, event, place)
}

const serviceOf = { logs: 'logs', s3: 's3', firehose: 'firehose' } as const

/** Best effort: the record is in the database. Its place in the chain shows whoever has the copies what was cut off there. */
export function tellOthers(
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
