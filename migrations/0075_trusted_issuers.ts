import { type Kysely, sql } from 'kysely'

export const expandOnly = true

// Issuers outside of the installation whose tokens are good for a role: a list, with conditions on their claims.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table roles add column trusted_issuers jsonb not null default '[]'`.execute(db)
}
