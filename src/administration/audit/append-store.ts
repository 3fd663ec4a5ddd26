/** Appends records to their chains. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { compiled } from '../../store/compiled.ts'
import { withoutFlush } from '../../store/without-flush.ts'
import { takeNotes } from './intent-store.ts'
import type { StoredEvent } from './record-store.ts'
import { findChain } from './subject-store.ts'

export interface NewRecord extends StoredEvent {
  /** Unset: the chain of the pool, if there is one. */
  chain: string | undefined
  /** The chain of its note, if that differs. */
  noteChain?: string
  poolId: string | undefined
  userSub: string | undefined
  errorCode: string | undefined
  /** A keyed hash of the record. It is not stored: without it nobody can compute the hash of the next record. */
  mac: Buffer
}

/**
 * Appends a record to its chain in place of its note, in one statement that locks the chain's head. With `onlyOver`,
 * nothing is appended if the note is gone.
 */
export async function appendRecord(
  db: Db,
  event: NewRecord,
  { onlyOver = false } = {},
): Promise<{ chain: string; sequence: string } | undefined> {
  const chain = event.chain ?? (await findChain(db, event.poolId))
  const { eventId, eventTime, eventName, principal, record, mac } = event
  const { rows } = await appending(db, {
    eventId,
    eventTime,
    eventName,
    principal,
    record,
    mac,
    chain,
    noteChain: event.noteChain ?? chain,
    userSub: event.userSub ?? null,
    errorCode: event.errorCode ?? null,
    onlyOver,
  })
  return rows[0]
}

interface AppendedRow extends StoredEvent {
  mac: Buffer
  chain: string
  noteChain: string
  userSub: string | null
  errorCode: string | null
  onlyOver: boolean
}

const appending = compiled((db, row: AppendedRow) =>
  sql<{ chain: string; sequence: string }>`
    with intent as (
      delete from audit_intents where chain = ${row.noteChain} and event_id = ${row.eventId}::uuid returning event_id
    ),
    head as (
      insert into audit_chains as chains (chain, sequence, hash, pruned_hash)
      select ${row.chain}::text, 1, sha256(sha256(convert_to(${row.chain}, 'UTF8')) || ${row.mac}::bytea),
        sha256(convert_to(${row.chain}, 'UTF8'))
      where not ${row.onlyOver}::boolean or exists (select from intent)
      on conflict (chain) do update
        set sequence = chains.sequence + 1, hash = sha256(chains.hash || ${row.mac}::bytea)
      returning chains.chain, chains.sequence, chains.hash
    )
    insert into audit_records
      (chain, sequence, event_id, event_time, event_name, principal, user_sub, error_code, record, hash)
    select ${row.chain}::text, head.sequence, ${row.eventId}::uuid, ${row.eventTime}::timestamptz, ${row.eventName}::text,
      ${row.principal}::text, ${row.userSub}::text, ${row.errorCode}::text, ${row.record}::text, head.hash
    from head where ${withoutFlush}
    returning chain, sequence::text`.compile(db),
)

/** A call whose note was stored with its change. */
export interface NotedEvent extends Omit<StoredEvent, 'record'> {
  errorCode: string | undefined
}

export interface CompleteRecord {
  record: string
  mac: Buffer
  userSub: string | undefined
}

export interface AppendedRecord<Event> extends CompleteRecord {
  event: Event
  chain: string
  sequence: number
}

/**
 * Appends the records of many calls to a chain in place of their notes. Calls without a note are skipped: they have
 * their record already.
 */
export async function appendRecords<Event extends NotedEvent>(
  db: Db,
  { chain, noteChain }: { chain: string; noteChain: string },
  events: readonly Event[],
  complete: (event: Event, userSub: string | undefined) => CompleteRecord,
): Promise<AppendedRecord<Event>[]> {
  return db.transaction().execute(async (trx) => {
    const notes = await takeNotes(
      trx,
      noteChain,
      events.map(({ eventId }) => eventId),
    )
    const noted = events.filter(({ eventId }) => notes.has(eventId))
    if (noted.length === 0) return []
    let { sequence, hash } = await lockHead(trx, chain)
    const hashes: string[] = []
    const appended = noted.map((event) => {
      const completed = complete(event, notes.get(event.eventId) ?? undefined)
      hash = createHash('sha256').update(hash).update(completed.mac).digest()
      hashes.push(hash.toString('hex'))
      sequence++
      return { ...completed, event, chain, sequence }
    })
    await insertion(trx, {
      chain,
      before: sequence - appended.length,
      eventIds: appended.map(({ event }) => event.eventId),
      eventTimes: appended.map(({ event }) => event.eventTime.toISOString()),
      eventNames: appended.map(({ event }) => event.eventName),
      principals: appended.map(({ event }) => event.principal),
      userSubs: appended.map(({ userSub }) => userSub ?? ''),
      errorCodes: appended.map(({ event }) => event.errorCode ?? ''),
      // JSON has no line feeds of its own.
      records: appended.map(({ record }) => record).join('\n'),
      hashes,
    })
    await headUpdate(trx, { chain, sequence, hash })
    return appended
  })
}

type Head = { chain: string; sequence: number; hash: Buffer }

const headLock = compiled((db, values: { chain: string }) =>
  sql<Head>`select chain, sequence, hash from audit_chains where chain = ${values.chain} for update`.compile(db),
)

async function lockHead(trx: Trx, chain: string): Promise<Head> {
  const { rows } = await headLock(trx, { chain })
  if (rows[0]) return rows[0]
  const hash = createHash('sha256').update(chain).digest()
  await sql`
    insert into audit_chains (chain, sequence, hash, pruned_hash) values (${chain}, 0, ${hash}, ${hash})
    on conflict do nothing`.execute(trx)
  return (await headLock(trx, { chain })).rows[0]!
}

interface InsertedRecords {
  chain: string
  /** The sequence of the record before the first of these. */
  before: number
  eventIds: string[]
  eventTimes: string[]
  eventNames: string[]
  principals: string[]
  userSubs: string[]
  errorCodes: string[]
  records: string
  hashes: string[]
}

const insertion = compiled((db, rows: InsertedRecords) =>
  sql`
    insert into audit_records
      (chain, sequence, event_id, event_time, event_name, principal, user_sub, error_code, record, hash)
    select ${rows.chain}::text, ${rows.before}::bigint + place, event_id::uuid, event_time::timestamptz, event_name, principal,
      nullif(user_sub, ''), nullif(error_code, ''), record, decode(hash, 'hex')
    from unnest(${rows.eventIds}::text[], ${rows.eventTimes}::text[], ${rows.eventNames}::text[], ${rows.principals}::text[],
      ${rows.userSubs}::text[], ${rows.errorCodes}::text[], string_to_array(${rows.records}::text, chr(10)),
      ${rows.hashes}::text[])
      with ordinality as rows (event_id, event_time, event_name, principal, user_sub, error_code, record, hash, place)`.compile(
    db,
  ),
)

const headUpdate = compiled((db, head: Head) =>
  sql`
    update audit_chains set sequence = ${head.sequence}::bigint, hash = ${head.hash}::bytea
    where chain = ${head.chain}`.compile(db),
)
