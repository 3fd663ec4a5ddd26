import { type Kysely, sql } from 'kysely'

/** Families of an older release ask for no claims and are bound to no key. */
export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // What the app has asked for by the `claims` parameter, and the key that the tokens are bound to (`cnf`).
  await sql`alter table token_families add column claims jsonb`.execute(db)
  await sql`alter table token_families add column confirmation jsonb`.execute(db)
}
