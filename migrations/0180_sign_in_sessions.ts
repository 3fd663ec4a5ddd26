import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // `insert … on conflict` handles a conflict with the key that it names. Where the same row is inserted twice at the
  // same moment, a second unique index fails it. Session strings are random: nothing depended on the index to say so.
  await sql`create index sign_ins_session_hash on sign_ins (pool_id, session_hash)`.execute(db)
  await sql`drop index sign_ins_session`.execute(db)
}
