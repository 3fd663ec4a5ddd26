import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // Where a client is described by a document on the web, whose address is the id that apps know it by.
  await sql`alter table clients add column document_url text`.execute(db)
}
