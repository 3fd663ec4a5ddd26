import { type Kysely, sql } from 'kysely'

/** An older release neither reads nor writes what goes beyond Cognito. */
export const expandOnly = true

// What is switched on beyond Cognito, beside the settings that Cognito's own operations read and write.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table pools add column extensions jsonb not null default '{}'`.execute(db)
  await sql`alter table clients add column extensions jsonb not null default '{}'`.execute(db)
}
