import { type Selectable, sql, type Updateable } from 'kysely'
import type { Db, Trx } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'
import type { Notice } from './notice.ts'
import type { NoticeRow } from './notice-store.ts'

export type StreamRow = Selectable<Tables['event_streams']>

/** @returns false if the client has a stream already */
export async function insertStream(db: Db, row: StreamRow): Promise<boolean> {
  const inserted = await db
    .insertInto('event_streams')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export const findStreamOfClient = (db: Db, poolId: string, clientId: string): Promise<StreamRow | undefined> =>
  db
    .selectFrom('event_streams')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .executeTakeFirst()

export const findStream = (db: Db, poolId: string, id: string): Promise<StreamRow | undefined> =>
  db.selectFrom('event_streams').selectAll().where('pool_id', '=', poolId).where('id', '=', id).executeTakeFirst()

export async function lockStream(trx: Trx, poolId: string, id: string): Promise<StreamRow | undefined> {
  return trx
    .selectFrom('event_streams')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** The streams that may get events, and how many events wait in each: `max` stands for more as well. */
export async function listStreams(
  db: Db,
  poolId: string,
  max: number,
): Promise<(Pick<StreamRow, 'id' | 'settings' | 'status'> & { waiting: number })[]> {
  const { rows } = await sql<Pick<StreamRow, 'id' | 'settings' | 'status'> & { waiting: number }>`
    select s.id, s.settings, s.status, (
      select count(*)::int from (
        select 1 from notices n where n.pool_id = ${poolId} and n.stream_id = s.id limit ${max}
      ) held
    ) as waiting
    from event_streams s where s.pool_id = ${poolId} and s.status <> 'disabled'`.execute(db)
  return rows
}

export async function updateStream(
  db: Db,
  poolId: string,
  id: string,
  changes: Updateable<Tables['event_streams']>,
): Promise<StreamRow | undefined> {
  return db
    .updateTable('event_streams')
    .set(changes)
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** Counts a verification unless there was one after `before`. */
export async function claimVerification(
  db: Db,
  { poolId, id, now, before }: { poolId: string; id: string; now: Date; before: Date },
): Promise<boolean> {
  const row = await db
    .updateTable('event_streams')
    .set({ verified_at: now })
    .where('pool_id', '=', poolId)
    .where('id', '=', id)
    .where(({ eb, or }) => or([eb('verified_at', 'is', null), eb('verified_at', '<=', before)]))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Deletes a stream with the events that wait in it. */
export async function deleteStream(trx: Trx, poolId: string, id: string): Promise<void> {
  await deleteWaiting(trx, poolId, id)
  await trx.deleteFrom('event_streams').where('pool_id', '=', poolId).where('id', '=', id).execute()
}

export async function deleteWaiting(db: Db, poolId: string, streamId: string): Promise<void> {
  await db.deleteFrom('notices').where('pool_id', '=', poolId).where('stream_id', '=', streamId).execute()
}

export async function deleteVerifications(db: Db, poolId: string, streamId: string): Promise<void> {
  await db
    .deleteFrom('notices')
    .where('pool_id', '=', poolId)
    .where('stream_id', '=', streamId)
    .where(sql<string>`notice -> 'event' ->> 'kind'`, '=', 'verification')
    .execute()
}

/** Sends those of a push stream soon, oldest first; those of others wait. */
export async function rescheduleWaiting(db: Db, poolId: string, streamId: string, isSent: boolean): Promise<void> {
  await db
    .updateTable('notices')
    .set(({ ref }) => ({ next_attempt_at: ref(isSent ? 'created_at' : 'expires_at') }))
    .where('pool_id', '=', poolId)
    .where('stream_id', '=', streamId)
    .execute()
}

/** The oldest events of a stream. */
export async function waitingEvents(
  db: Db,
  poolId: string,
  streamId: string,
  { now, count }: { now: Date; count: number },
): Promise<(Pick<NoticeRow, 'id'> & { notice: Notice })[]> {
  const rows = await db
    .selectFrom('notices')
    .select(['id', 'notice'])
    .where('pool_id', '=', poolId)
    .where('stream_id', '=', streamId)
    .where('expires_at', '>', now)
    .orderBy('id')
    .limit(count)
    .execute()
  return rows as (Pick<NoticeRow, 'id'> & { notice: Notice })[]
}

export async function deleteEvents(db: Db, poolId: string, streamId: string, ids: string[]): Promise<void> {
  await db
    .deleteFrom('notices')
    .where('pool_id', '=', poolId)
    .where('stream_id', '=', streamId)
    .where('id', 'in', ids)
    .execute()
}
