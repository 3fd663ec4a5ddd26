import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // Another region in which a pool is called. `settings` is what each region keeps for itself; the rest is the pool's.
  await sql`
    create table replicas (
      pool_id    text not null references pools (id) on delete cascade,
      region     text not null,
      status     text not null,
      settings   jsonb not null,
      created_at timestamptz not null,
      primary key (pool_id, region)
    )`.execute(db)
  await sql`create index replicas_region on replicas (region, pool_id)`.execute(db)
}
