import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // Few among many that were delivered: operators list them, and the sweep erases their texts when the codes end.
  await sql`create index outbox_dead on outbox (expires_at) where state = 'dead'`.execute(db)
}
