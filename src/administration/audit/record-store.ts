/** Reads records, and deletes old ones. */
import { sql } from 'kysely'
import type { Db } from '../../context.ts'

export interface StoredEvent {
  eventId: string
  eventTime: Date
  eventName: string
  principal: string
  record: string
}

export interface RecordFilter {
  chain?: string
  eventName?: string
  principal?: string
  userSub?: string
  errorCode?: string
  startTime?: Date
  endTime?: Date
}

export interface RecordRow extends StoredEvent {
  chain: string
  sequence: string
  hash: Buffer
  errorCode: string | null
  userSub: string | null
}

const columns = sql`chain, sequence, event_id as "eventId", event_time as "eventTime", event_name as "eventName",
  principal, error_code as "errorCode", user_sub as "userSub", record, hash`

/** The newest first. */
export async function findRecords(
  db: Db,
  filter: RecordFilter,
  before: { time: Date; id: string } | undefined,
  limit: number,
): Promise<RecordRow[]> {
  const conditions = [
    sql`true`,
    ...(filter.chain === undefined ? [] : [sql`chain = ${filter.chain}`]),
    ...(filter.eventName === undefined ? [] : [sql`event_name = ${filter.eventName}`]),
    ...(filter.principal === undefined ? [] : [sql`principal = ${filter.principal}`]),
    ...(filter.userSub === undefined ? [] : [sql`user_sub = ${filter.userSub}`]),
    ...(filter.errorCode === undefined ? [] : [sql`error_code = ${filter.errorCode}`]),
    ...(filter.startTime === undefined ? [] : [sql`event_time >= ${filter.startTime}`]),
    ...(filter.endTime === undefined ? [] : [sql`event_time <= ${filter.endTime}`]),
    ...(before === undefined ? [] : [sql`(event_time, event_id) < (${before.time}::timestamptz, ${before.id}::uuid)`]),
  ]
  const { rows } = await sql<RecordRow>`
    select ${columns} from audit_records where ${sql.join(conditions, sql` and `)}
    order by event_time desc, event_id desc limit ${limit}`.execute(db)
  return rows
}

/** In the order of the chain. */
export async function listChain(db: Db, chain: string, after: string, limit: number): Promise<RecordRow[]> {
  const { rows } = await sql<RecordRow>`
    select ${columns} from audit_records where chain = ${chain} and sequence > ${after}::bigint
    order by sequence limit ${limit}`.execute(db)
  return rows
}

/** Deletes records that are older than this, and stores the hash that the first remaining record builds on. */
export async function pruneRecords(db: Db, before: Date): Promise<void> {
  const { rows } = await sql<{ chain: string }>`
    select distinct chain from audit_records where event_time < ${before}`.execute(db)
  for (const { chain } of rows)
    await sql`
      with chains as materialized (select chain from audit_chains where chain = ${chain} for update),
      last as (
        select chain, sequence, hash from audit_records
        where chain = ${chain} and exists (select from chains) and event_time < ${before}
          and not exists (
            select from audit_records newer where newer.chain = audit_records.chain
              and newer.sequence < audit_records.sequence and newer.event_time >= ${before})
        order by sequence desc limit 1
      ),
      gone as (
        delete from audit_records using last where audit_records.chain = ${chain} and audit_records.sequence <= last.sequence
      )
      update audit_chains set pruned_sequence = last.sequence, pruned_hash = last.hash
      from last where audit_chains.chain = ${chain}`.execute(db)
}
