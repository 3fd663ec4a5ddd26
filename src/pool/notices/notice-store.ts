import { type Selectable, sql } from 'kysely'
import type { Db } from '../../context.ts'
import type { Tables } from '../../store/tables.ts'
import type { Notice } from './notice.ts'

export type NoticeRow = Pick<
  Selectable<Tables['notices']>,
  'pool_id' | 'id' | 'attempts' | 'sealed' | 'created_at' | 'expires_at'
> & {
  notice: Notice
}

export type NewNotice = Omit<NoticeRow, 'attempts' | 'sealed'> & {
  sealed?: Buffer
  /** Soon unless said otherwise. */
  next_attempt_at?: Date
  stream_id?: string
}

export async function insertNotices(db: Db, rows: NewNotice[]): Promise<void> {
  const values = rows.map((row) => ({ next_attempt_at: row.created_at, ...row }))
  await db.insertInto('notices').values(values).execute()
}

/** Claims due ones for this node. If it dies, they are due again at `claimedUntil`. */
export async function claimDueNotices(db: Db, now: Date, claimedUntil: Date, count: number): Promise<NoticeRow[]> {
  const { rows: due } = await sql<{ pool_id: string; id: string }>`
    select pool_id, id from notices where next_attempt_at <= ${now} order by next_attempt_at limit ${count}`.execute(db)
  const claimed: NoticeRow[] = []
  for (const { pool_id, id } of due) {
    // One insert each, since the rows may be on different servers.
    const row = await db
      .updateTable('notices')
      .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: claimedUntil }))
      .where('pool_id', '=', pool_id)
      .where('id', '=', id)
      .where('next_attempt_at', '<=', now)
      .returning(['pool_id', 'id', 'notice', 'sealed', 'attempts', 'created_at', 'expires_at'])
      .executeTakeFirst()
    if (row) claimed.push(row as NoticeRow)
  }
  return claimed
}

export async function deleteNotice(db: Db, { pool_id, id }: Pick<NoticeRow, 'pool_id' | 'id'>): Promise<void> {
  await db.deleteFrom('notices').where('pool_id', '=', pool_id).where('id', '=', id).execute()
}

export async function postponeNotice(db: Db, { pool_id, id }: NoticeRow, until: Date): Promise<void> {
  await db
    .updateTable('notices')
    .set({ next_attempt_at: until })
    .where('pool_id', '=', pool_id)
    .where('id', '=', id)
    .execute()
}
