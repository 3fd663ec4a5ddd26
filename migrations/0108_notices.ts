import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // What apps and receivers of events are to be told, until they have been: written with the change that it is about.
  await sql`
    create table notices (
      pool_id         text not null references pools (id) on delete cascade,
      id              uuid not null,
      notice          jsonb not null,
      attempts        integer not null default 0,
      next_attempt_at timestamptz not null,
      created_at      timestamptz not null,
      expires_at      timestamptz not null,
      primary key (pool_id, id)
    )`.execute(db)
  await sql`create index notices_due on notices (next_attempt_at)`.execute(db)
  await sql`create index notices_expiry on notices (expires_at)`.execute(db)
}
