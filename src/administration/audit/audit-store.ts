import { createHash } from 'node:crypto'
import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { compiled, compiledQuery } from '../../store/compiled.ts'
import { withoutFlush } from '../../store/without-flush.ts'
import type { ChainPoint } from './checkpoint.ts'

/** What belongs to no pool that there is. */
export const installationChain = 'installation'

export interface StoredEvent {
  eventId: string
  eventTime: Date
  eventName: string
  principal: string
  record: string
}

export interface Subjects {
  poolId: string | undefined
  /** The names by which the user may be known that the call is about: as typed, and folded. */
  userNames: readonly [typed: string, folded: string] | undefined
}

export interface FoundSubjects {
  chain: string
  userSub: string | null
}

const chainOf = (poolId: string | null) =>
  sql`coalesce((select id from pools where id = ${poolId}), ${installationChain})`

interface SoughtUser {
  poolId: string | null
  typed: string | null
  folded: string | null
  /** The name, where it may be the id of a user. */
  userId: string | null
}

/** What is null is not looked for. */
const userSubOf = ({ poolId, typed, folded, userId }: SoughtUser) => sql`coalesce(
    (select user_id from login_names where pool_id = ${poolId} and name = ${typed}::text),
    (select user_id from login_names where pool_id = ${poolId} and name = ${folded}::text),
    (select id from users where pool_id = ${poolId} and id = ${userId}::uuid)
  )::text`

function soughtUser({ poolId, userNames }: Subjects): SoughtUser {
  const [typed, folded] = (poolId !== undefined && userNames) || [null, null]
  return {
    poolId: poolId ?? null,
    typed,
    folded: folded === typed ? null : folded,
    userId: folded !== null && isUuid(folded) ? folded : null,
  }
}

/** A note of a call, for its first change to take along. The user is looked up as they were before the change. */
export function intentInsertion(db: Db, event: StoredEvent, subjects: Subjects): CompiledQuery {
  const user = soughtUser(subjects)
  const { eventId, record, eventTime, eventName, principal } = event
  const values = { eventId, record, eventTime, eventName, principal, chain: noteChainOf(subjects.poolId), ...user }
  return (user.typed === null ? intentInsertionOfNobody : intentInsertionOfUser)(db, values)
}

/** Where the note of a call is until the record takes its place: whether there is such a pool, nobody has asked yet. */
export const noteChainOf = (poolId: string | undefined): string => poolId ?? installationChain

const intentOf = (userSub: (values: SoughtUser) => RawBuilder<unknown>) =>
  compiledQuery((db, values: StoredEvent & SoughtUser & { chain: string }) =>
    sql`
    insert into audit_intents (event_id, chain, user_sub, record, event_time, event_name, principal)
    select ${values.eventId}::uuid, ${values.chain}::text, ${userSub(values)}, ${values.record}::text,
      ${values.eventTime}::timestamptz, ${values.eventName}::text, ${values.principal}::text
    on conflict do nothing`.compile(db),
  )

// Most calls are about no user: they look for none.
const intentInsertionOfNobody = intentOf(() => sql`null::text`)
const intentInsertionOfUser = intentOf(userSubOf)

export async function findSubjects(db: Db, subjects: Subjects): Promise<FoundSubjects> {
  const user = soughtUser(subjects)
  const { rows } = await sql<FoundSubjects>`
    select ${chainOf(user.poolId)} as chain, ${userSubOf(user)} as "userSub"`.execute(db)
  return rows[0]!
}

export interface NewRecord extends StoredEvent {
  /** Unset: that of the pool, where there is one. */
  chain: string | undefined
  /** The chain of its note; unset where that is the record's. */
  noteChain?: string
  poolId: string | undefined
  userSub: string | undefined
  errorCode: string | undefined
  /** A keyed hash of the record, which is stored nowhere: without it nobody can link the next record to this one. */
  mac: Buffer
}

/**
 * Appends a record to its chain, whose row it holds for this one statement, in the place of the intent. With
 * `onlyOver`, nothing is appended where the intent is gone.
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

export async function findChain(db: Db, poolId: string | undefined): Promise<string> {
  if (poolId === undefined) return installationChain
  const { rows } = await sql<{ chain: string }>`select ${chainOf(poolId)} as chain`.execute(db)
  return rows[0]!.chain
}

/** A call whose change has taken its note along. */
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
 * Appends the records of many calls to a chain, in the place of their notes. What has no note any more is passed over:
 * it has its record already.
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

const noteDeletion = compiled((db, values: { noteChain: string; eventIds: string[] }) =>
  sql<{ eventId: string; userSub: string | null }>`
    delete from audit_intents
    where chain = ${values.noteChain} and event_id = any(${values.eventIds}::text[]::uuid[]) and ${withoutFlush}
    returning event_id as "eventId", user_sub as "userSub"`.compile(db),
)

async function takeNotes(trx: Trx, noteChain: string, eventIds: string[]): Promise<Map<string, string | null>> {
  const { rows } = await noteDeletion(trx, { noteChain, eventIds })
  return new Map(rows.map(({ eventId, userSub }) => [eventId, userSub]))
}

type Head = Pick<ChainRow, 'chain' | 'hash'> & { sequence: number }

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

export interface IntentRow extends StoredEvent {
  chain: string
  noteChain: string
  userSub: string | null
}

export async function listIntentsBefore(db: Db, before: Date, limit: number): Promise<IntentRow[]> {
  const { rows } = await sql<IntentRow>`
    select event_id as "eventId", chain as "noteChain", user_sub as "userSub", record, event_time as "eventTime",
      event_name as "eventName", principal,
      coalesce(
        (select id from pools where id = chain), (select chains.chain from audit_chains chains where chains.chain = notes.chain),
        ${installationChain}) as chain
    from audit_intents notes where event_time < ${before} order by event_time limit ${limit}`.execute(db)
  return rows
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

export interface ChainRow {
  chain: string
  sequence: string
  hash: Buffer
  prunedSequence: string
  prunedHash: Buffer
}

/** The first chain after this name. A chain whose row is gone while it has records is found as well. */
export async function nextChain(db: Db, after: string): Promise<(Partial<ChainRow> & { chain: string }) | undefined> {
  const { rows: names } = await sql<{ chain: string }>`
    (select chain from audit_chains where chain > ${after} order by chain limit 1)
    union
    (select chain from audit_records where chain > ${after} order by chain limit 1)
    order by chain limit 1`.execute(db)
  const chain = names[0]?.chain
  if (chain === undefined) return undefined
  const { rows } = await sql<ChainRow>`
    select chain, sequence, hash, pruned_sequence as "prunedSequence", pruned_hash as "prunedHash"
    from audit_chains where chain = ${chain}`.execute(db)
  return rows[0] ?? { chain }
}

/** The last record of each chain, in the order of their names. */
export async function listChainHeads(db: Db, after: string, limit: number): Promise<ChainPoint[]> {
  const rows = await db
    .selectFrom('audit_chains')
    .select(['chain', 'sequence', 'hash'])
    .where('chain', '>', after)
    .orderBy('chain')
    .limit(limit)
    .execute()
  return rows.map(({ chain, sequence, hash }) => ({
    chain,
    sequence: String(sequence),
    hash: hash.toString('base64url'),
  }))
}

/** The points whose record is no longer there as it was, unless retention has deleted it. */
export async function missingPoints(db: Db, points: readonly ChainPoint[]): Promise<ChainPoint[]> {
  const { rows } = await sql<ChainPoint>`
    select points.chain, points.sequence::text, points.hash
    from unnest(
      ${points.map(({ chain }) => chain)}::text[], ${points.map(({ sequence }) => sequence)}::text[]::bigint[],
      ${points.map(({ hash }) => Buffer.from(hash, 'base64url').toString('hex'))}::text[]
    ) as points (chain, sequence, hash)
    left join audit_records records on records.chain = points.chain and records.sequence = points.sequence
    left join audit_chains chains on chains.chain = points.chain
    where encode(records.hash, 'hex') is distinct from points.hash
      and (records.hash is not null or coalesce(chains.pruned_sequence, 0) < points.sequence)`.execute(db)
  return rows
}

/** In the order of the chain. */
export async function listChain(db: Db, chain: string, after: string, limit: number): Promise<RecordRow[]> {
  const { rows } = await sql<RecordRow>`
    select ${columns} from audit_records where chain = ${chain} and sequence > ${after}::bigint
    order by sequence limit ${limit}`.execute(db)
  return rows
}

/** Deletes what is older than this, and remembers the hash that the first record left begins with. */
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
