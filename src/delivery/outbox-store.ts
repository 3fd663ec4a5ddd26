import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Db } from '../store/db.ts'
import { type PoolBacklog, workPoolByPool } from '../store/pool-by-pool.ts'
import type { Tables } from '../store/tables.ts'
import { withoutFlush } from '../store/without-flush.ts'
import type { MessageKey } from './message.ts'

export type OutboxRow = Pick<
  Selectable<Tables['outbox']>,
  'pool_id' | 'id' | 'user_id' | 'medium' | 'kind' | 'sealed' | 'attempts' | 'created_at' | 'expires_at'
>

export type NewMessage = Pick<
  OutboxRow,
  'pool_id' | 'id' | 'user_id' | 'medium' | 'kind' | 'created_at' | 'expires_at'
> & { sealed: Buffer; by_function: boolean }

export async function insertMessage(db: Db, row: NewMessage): Promise<void> {
  await db
    .insertInto('outbox')
    .values({ ...row, next_attempt_at: row.created_at })
    .execute()
}

/** How many messages wait, and the age of the oldest. */
export async function outboxState(db: Db, now: Date): Promise<{ waiting: number; ageSeconds: number }> {
  const { waiting, oldest } = await db
    .selectFrom('outbox')
    .where('state', '=', 'queued')
    .select(({ fn }) => [fn.countAll<string>().as('waiting'), fn.min('created_at').as('oldest')])
    .executeTakeFirstOrThrow()
  return { waiting: +waiting, ageSeconds: oldest ? Math.max(0, (now.getTime() - oldest.getTime()) / 1000) : 0 }
}

/**
 * Claims due messages for this node until `claimedUntil`, pool by pool, except those in some lanes: those that have been
 * due for longest, or `newestFirst`. If the node dies
 * before it reports the outcome, they become due again then. If the database crashes within the next half second, it
 * may lose the claim or the outcome, and a message is sent twice.
 */
export async function claimDue(
  db: Db,
  now: Date,
  claimedUntil: Date,
  count: number,
  { except = [], newestFirst = false }: { except?: string[]; newestFirst?: boolean } = {},
): Promise<OutboxRow[]> {
  const order: Order = newestFirst ? sql`desc` : sql`asc`
  const claimed: OutboxRow[] = []
  try {
    for (const { poolId, rows } of await poolsWithDue(db, now, count, except, order))
      claimed.push(...(await claimDueOf(db, poolId, now, claimedUntil, rows, except, order)))
  } catch (error) {
    // Send what is claimed already; the next poll will meet the error again.
    if (claimed.length === 0) throw error
  }
  return claimed
}

type Order = ReturnType<typeof sql>

/** The pools of the messages that come first. */
async function poolsWithDue(db: Db, now: Date, count: number, except: string[], order: Order): Promise<PoolBacklog[]> {
  const { rows } = await sql<PoolBacklog>`
    select pool_id as "poolId", count(*) as rows
    from (
      select pool_id, next_attempt_at from outbox
      where state = 'queued' and next_attempt_at <= ${now} and ${notExcluded(except)}
      order by next_attempt_at ${order} limit ${count}
    ) due
    group by pool_id order by min(next_attempt_at)`.execute(db)
  return rows
}

/** Lane names, as returned by `laneOf`. */
const notExcluded = (lanes: string[]) =>
  sql<boolean>`case when by_function then pool_id || ' ' || medium else medium end <> all(${lanes}::text[])`

async function claimDueOf(
  db: Db,
  poolId: string,
  now: Date,
  claimedUntil: Date,
  count: number,
  except: string[],
  order: Order,
): Promise<OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    with due as materialized (
      select id from outbox
      where pool_id = ${poolId} and state = 'queued' and next_attempt_at <= ${now} and ${notExcluded(except)}
      order by next_attempt_at ${order} limit ${count}
      for update skip locked
    )
    update outbox set attempts = attempts + 1, next_attempt_at = ${claimedUntil} from due
    where outbox.pool_id = ${poolId} and outbox.id = due.id and ${withoutFlush}
    returning outbox.pool_id, outbox.id, outbox.user_id, outbox.medium, outbox.kind, outbox.sealed, outbox.attempts,
      outbox.created_at, outbox.expires_at`.execute(db)
  return rows
}

/**
 * Marks a message as delivered or dead. Its content is erased, unless it may be retried because its code is still
 * valid.
 */
export async function finishMessage(
  db: Db,
  { poolId, id }: MessageKey,
  state: 'delivered' | 'dead',
  error: string | null,
  now: Date,
): Promise<void> {
  await finish(db, { poolId, id, state, error, now })
}

const finish = compiled(
  (db, { poolId, id, state, error, now }: MessageKey & { state: string; error: string | null; now: Date }) =>
    sql`
      update outbox set state = ${state}, last_error = ${error}, finished_at = ${now},
        sealed = case when ${state} = 'dead' and expires_at > ${now} then sealed end
      where pool_id = ${poolId} and id = ${id} and state = 'queued' and ${withoutFlush}`.compile(db),
)

/** Schedules another attempt. The attempt number guards against a slow attempt that a newer one has overtaken. */
export async function postponeMessage(
  db: Db,
  key: MessageKey,
  attempt: number,
  error: string,
  nextAttemptAt: Date,
): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ last_error: error, next_attempt_at: nextAttemptAt })
    .where('pool_id', '=', key.poolId)
    .where('id', '=', key.id)
    .where('state', '=', 'queued')
    .where('attempts', '=', attempt)
    .execute()
}

export function findAttempt(db: Db, key: MessageKey) {
  return db
    .selectFrom('outbox')
    .select(['state', 'attempts', 'last_error'])
    .where('pool_id', '=', key.poolId)
    .where('id', '=', key.id)
    .executeTakeFirst()
}

/** Erases the content of messages that can no longer be delivered. */
export async function eraseExpired(db: Db, now: Date, batch: number): Promise<void> {
  const undeliverable = sql`state = 'dead' and sealed is not null and expires_at <= ${now}`
  await workPoolByPool(
    batch,
    async (limit) => {
      const { rows } = await sql<PoolBacklog>`
        select pool_id as "poolId", count(*) as rows
        from (select pool_id from outbox where ${undeliverable} limit ${limit}) found
        group by pool_id`.execute(db)
      return rows
    },
    async (poolId, limit) => {
      const { numAffectedRows } = await sql`
        update outbox set sealed = null
        where pool_id = ${poolId} and id = any(array(
          select id from outbox where pool_id = ${poolId} and ${undeliverable} limit ${limit} for update skip locked
        ))`.execute(db)
      return Number(numAffectedRows ?? 0n)
    },
  )
}

export type Undelivered = Omit<Selectable<Tables['outbox']>, 'sealed' | 'by_function'> & { retryable: boolean }

/** Newest first: dead messages, and those that wait for a retry. */
export async function listUndelivered(db: Db, now: Date, count: number): Promise<Undelivered[]> {
  const { rows } = await sql<Undelivered>`
    select pool_id, id, user_id, medium, kind, state, attempts, next_attempt_at, last_error, created_at, expires_at,
      finished_at, state = 'dead' and sealed is not null and expires_at > ${now} as retryable
    from outbox
    where state = 'dead' or (state = 'queued' and last_error is not null)
    order by created_at desc, id limit ${count}`.execute(db)
  return rows
}

/** Of one pool, newest first: ids are in order of creation. */
export async function listMessages(
  db: Db,
  poolId: string,
  now: Date,
  { state, userId, after, limit }: { state?: Undelivered['state']; userId?: string; after?: string; limit: number },
): Promise<Undelivered[]> {
  return db
    .selectFrom('outbox')
    .select([
      'pool_id',
      'id',
      'user_id',
      'medium',
      'kind',
      'state',
      'attempts',
      'next_attempt_at',
      'last_error',
      'created_at',
      'expires_at',
      'finished_at',
      sql<boolean>`state = 'dead' and sealed is not null and expires_at > ${now}`.as('retryable'),
    ])
    .where('pool_id', '=', poolId)
    .$if(state !== undefined, (query) => query.where('state', '=', state!))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId!))
    .$if(after !== undefined, (query) => query.where('id', '<', after!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** @returns those whose code is still valid, in order */
export async function requeueDeadOf(db: Db, poolId: string, ids: string[], now: Date): Promise<string[]> {
  const rows = await db
    .updateTable('outbox')
    .set({ state: 'queued', next_attempt_at: now, finished_at: null })
    .where('pool_id', '=', poolId)
    .where('id', 'in', ids)
    .where('state', '=', 'dead')
    .where('sealed', 'is not', null)
    .where('expires_at', '>', now)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id).sort()
}

/** @param ids of any pool; undefined for all dead messages @returns those whose code is still valid */
export async function requeueDead(db: Db, ids: string[] | undefined, now: Date): Promise<string[]> {
  const rows = await db
    .updateTable('outbox')
    .set({ state: 'queued', next_attempt_at: now, finished_at: null })
    .where('state', '=', 'dead')
    .where('sealed', 'is not', null)
    .where('expires_at', '>', now)
    .$if(ids !== undefined, (query) => query.where('id', 'in', ids!))
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}
