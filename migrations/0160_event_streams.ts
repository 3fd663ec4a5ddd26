import { type Kysely, sql } from 'kysely'

/** An older release knows no streams, so it adds nothing to them. */
export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // How a client receives security events (Shared Signals): each client has one stream at most.
  await sql`
    create table event_streams (
      pool_id       text not null,
      id            uuid not null,
      client_id     text not null,
      settings      jsonb not null,
      -- The Authorization header for pushes.
      header_sealed bytea,
      status        text not null,
      status_reason text,
      verified_at   timestamptz,
      created_at    timestamptz not null,
      updated_at    timestamptz not null,
      primary key (pool_id, id),
      unique (pool_id, client_id),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)
  // Events of a stream that is polled or paused wait here as well. No foreign key: on a distributed database a new
  // table is not distributed yet.
  await sql`alter table notices add column stream_id uuid`.execute(db)
  await sql`
    create index notices_of_stream on notices (pool_id, stream_id, id) where stream_id is not null`.execute(db)
}
