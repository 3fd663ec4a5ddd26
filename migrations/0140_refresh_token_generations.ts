import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // A rotation ends those tokens of a family that have not been rotated yet: it must find them among all that have.
  await sql`
    create index refresh_tokens_generation on refresh_tokens (pool_id, origin_jti, rotated_at)`.execute(db)
  await sql`drop index refresh_tokens_family`.execute(db)
}
