import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // Of a client that may change its own registration: the hash of its token, and how it has said to authenticate.
  await sql`alter table clients add column registration jsonb`.execute(db)
}
