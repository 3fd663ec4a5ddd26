import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // What a notice carries that is secret, such as the token by which an app knows that a ping is ours.
  await sql`alter table notices add column sealed bytea`.execute(db)
}
