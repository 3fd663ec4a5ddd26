import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../context.ts'
import { isUuid } from '../../lib/ids.ts'
import { compiled } from '../../store/compiled.ts'
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

/**
 * Notes a call, and finds the chain that it belongs to and the sub of the user that it is about: after a call that
 * deletes them, neither is there. Its commit doesn't wait for the disk.
 */
export async function insertIntent(db: Db, event: StoredEvent, subjects: Subjects): Promise<FoundSubjects> {
  const user = soughtUser(subjects)
  const { eventId, record, eventTime, eventName, principal } = event
  const values = { eventId, record, eventTime, eventName, principal, ...user }
  const { rows } = await (user.typed === null ? intentInsertion : intentInsertionOfUser)(db, values)
  return rows[0]!
}

const intentOf = (userSub: (values: SoughtUser) => RawBuilder<unknown>) =>
  compiled((db, values: StoredEvent & SoughtUser) =>
    sql<FoundSubjects>`
    insert into audit_intents (event_id, chain, user_sub, record, event_time, event_name, principal)
    select ${values.eventId}::uuid, ${chainOf(values.poolId)}, ${userSub(values)}, ${values.record}::text,
      ${values.eventTime}::timestamptz, ${values.eventName}::text, ${values.principal}::text
    where ${withoutFlush}
    returning chain, user_sub as "userSub"`.compile(db),
  )

// Most calls are about no user: they look for none.
const intentInsertion = intentOf(() => sql`null::text`)
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
    userSub: event.userSub ?? null,
    errorCode: event.errorCode ?? null,
    onlyOver,
  })
  return rows[0]
}

interface AppendedRow extends StoredEvent {
  mac: Buffer
  chain: string
  userSub: string | null
  errorCode: string | null
  onlyOver: boolean
}

const appending = compiled((db, row: AppendedRow) =>
  sql<{ chain: string; sequence: string }>`
    with intent as (
      delete from audit_intents where chain = ${row.chain} and event_id = ${row.eventId}::uuid returning event_id
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

async function findChain(db: Db, poolId: string | undefined): Promise<string> {
  if (poolId === undefined) return installationChain
  const { rows } = await sql<{ chain: string }>`select ${chainOf(poolId)} as chain`.execute(db)
  return rows[0]!.chain
}

export interface IntentRow extends StoredEvent {
  chain: string
  userSub: string | null
}

export async function listIntentsBefore(db: Db, before: Date, limit: number): Promise<IntentRow[]> {
  const { rows } = await sql<IntentRow>`
    select event_id as "eventId", chain, user_sub as "userSub", record, event_time as "eventTime",
      event_name as "eventName", principal
    from audit_intents where event_time < ${before} order by event_time limit ${limit}`.execute(db)
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
