import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // Whether a function of the pool sends the message: what hangs there is apart from the transport of the medium.
  await sql`alter table outbox add column by_function boolean not null default false`.execute(db)
}
