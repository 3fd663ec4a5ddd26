import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // A browser on its way to a provider and back, and what a cross-site form brought until the browser has been checked.
  // Ids are hashed, payloads sealed.
  await sql`
    create table federation_trips (
      pool_id    text not null references pools (id) on delete cascade,
      kind       text not null,
      id_hash    bytea not null,
      sealed     bytea not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (pool_id, kind, id_hash)
    )`.execute(db)
  await sql`create index federation_trips_expiry on federation_trips (expires_at)`.execute(db)

  // Assertions that were used, for as long as they would be good for.
  await sql`
    create table saml_assertions (
      pool_id    text not null references pools (id) on delete cascade,
      id_hash    bytea not null,
      expires_at timestamptz not null,
      primary key (pool_id, id_hash)
    )`.execute(db)
  await sql`create index saml_assertions_expiry on saml_assertions (expires_at)`.execute(db)

  // Sessions at SAML providers, to be named when they are to end. The subject is hashed for the provider to ask by.
  await sql`
    create table saml_sessions (
      pool_id       text not null,
      id            uuid not null,
      user_id       uuid not null,
      provider_name text collate "C" not null,
      name_id_hash  bytea not null,
      sealed        bytea not null,
      expires_at    timestamptz not null,
      primary key (pool_id, id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index saml_sessions_user on saml_sessions (pool_id, user_id)`.execute(db)
  await sql`create index saml_sessions_subject on saml_sessions (pool_id, provider_name, name_id_hash)`.execute(db)
  await sql`create index saml_sessions_expiry on saml_sessions (expires_at)`.execute(db)
}
