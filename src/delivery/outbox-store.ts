import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../store/db.ts'
import type { Tables } from '../store/tables.ts'
import type { MessageKey } from './message.ts'

export type OutboxRow = Pick<
  Selectable<Tables['outbox']>,
  'pool_id' | 'id' | 'user_id' | 'medium' | 'kind' | 'sealed' | 'attempts' | 'created_at' | 'expires_at'
>

export async function insertMessage(
  db: Db,
  row: Pick<OutboxRow, 'pool_id' | 'id' | 'user_id' | 'medium' | 'kind' | 'created_at' | 'expires_at'> & {
    sealed: Buffer
  },
): Promise<void> {
  await db
    .insertInto('outbox')
    .values({ ...row, next_attempt_at: row.created_at })
    .execute()
}

/**
 * Takes messages that are due, for this node alone until `claimedUntil`. Where the node dies before it says how the
 * attempt went, they are due again then.
 */
export async function claimDue(db: Db, now: Date, claimedUntil: Date, count: number): Promise<OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    with due as materialized (
      select pool_id, id from outbox
      where state = 'queued' and next_attempt_at <= ${now}
      order by next_attempt_at limit ${count}
      for update skip locked
    )
    update outbox set attempts = attempts + 1, next_attempt_at = ${claimedUntil} from due
    where outbox.pool_id = due.pool_id and outbox.id = due.id
    returning outbox.pool_id, outbox.id, outbox.user_id, outbox.medium, outbox.kind, outbox.sealed, outbox.attempts,
      outbox.created_at, outbox.expires_at`.execute(db)
  return rows
}

/** Delivered or given up: what the message said is erased. */
export async function finishMessage(
  db: Db,
  key: MessageKey,
  state: 'delivered' | 'dead',
  error: string | null,
  now: Date,
): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ state, sealed: null, last_error: error, finished_at: now })
    .where('pool_id', '=', key.poolId)
    .where('id', '=', key.id)
    .where('state', '=', 'queued')
    .execute()
}

/** For another attempt. Its number guards against a slow attempt that another one has overtaken. */
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
