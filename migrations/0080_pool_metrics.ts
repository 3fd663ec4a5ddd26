import { type Kysely, sql } from 'kysely'

export const expandOnly = true

// What happened in a pool in each hour. Rows whose client_id is empty are about the pool as a whole: its clients may be
// more than anybody wants to add up.
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table pool_metrics (
      pool_id    text not null references pools (id) on delete cascade deferrable initially deferred,
      client_id  text not null,
      metric     text not null,
      dimensions text not null,
      hour       timestamptz not null,
      value      bigint not null,
      expires_at timestamptz not null,
      primary key (pool_id, client_id, hour, metric, dimensions)
    )`.execute(db)
  await sql`create index pool_metrics_expiry on pool_metrics (expires_at)`.execute(db)
}
