import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // scope is a client id, or ALL for every client that has none of its own.
  await sql`
    create table risk_configurations (
      pool_id    text not null references pools (id) on delete cascade,
      scope      text not null,
      client_id  text,
      settings   jsonb not null,
      updated_at timestamptz not null,
      primary key (pool_id, scope),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index risk_configurations_client on risk_configurations (pool_id, client_id)`.execute(db)

  // What users did, and from where, in pools with threat protection. It goes with its user.
  await sql`
    create table auth_events (
      pool_id           text not null,
      user_id           uuid not null,
      id                uuid not null,
      client_id         text,
      kind              text not null,
      response          text not null,
      challenges        jsonb not null,
      risk_decision     text,
      risk_level        text,
      compromised       boolean,
      address           text,
      device            text,
      city              text,
      country           text,
      feedback_value    text,
      feedback_provider text,
      feedback_at       timestamptz,
      created_at        timestamptz not null,
      expires_at        timestamptz not null,
      primary key (pool_id, user_id, id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index auth_events_time on auth_events (pool_id, user_id, created_at desc, id desc)`.execute(db)
  await sql`create index auth_events_expiry on auth_events (expires_at)`.execute(db)
}
