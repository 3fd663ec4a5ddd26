import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // Threat protection counts at every sign-in what failed from the same address, whoever was tried.
  await sql`
    create index auth_events_failures on auth_events (pool_id, address, created_at)
    where kind = 'SignIn' and response = 'Fail'`.execute(db)
}
