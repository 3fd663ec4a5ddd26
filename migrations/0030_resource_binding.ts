import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // What an app has bound its tokens to (RFC 8707): the audience of each access token of the family.
  await sql`alter table token_families add column resource text`.execute(db)
}
