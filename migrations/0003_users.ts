import { type Kysely, sql } from 'kysely'

export const expandOnly = true

// The attributes that ListUsers filters by. Each has an index whose text is compared byte by byte, so that
// a prefix search is a range of it.
const searchable = ['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username']

export async function up(db: Kysely<unknown>): Promise<void> {
  // `id` is the sub. `attributes` maps attribute names to their string values (sub left out).
  await sql`
    create table users (
      pool_id            text not null references pools (id) on delete cascade,
      id                 uuid not null,
      username           text collate "C" not null,
      status             text not null,
      enabled            boolean not null default true,
      attributes         jsonb not null default '{}',
      email              text collate "C" generated always as (attributes ->> 'email') stored,
      phone_number       text collate "C" generated always as (attributes ->> 'phone_number') stored,
      name               text collate "C" generated always as (attributes ->> 'name') stored,
      given_name         text collate "C" generated always as (attributes ->> 'given_name') stored,
      family_name        text collate "C" generated always as (attributes ->> 'family_name') stored,
      preferred_username text collate "C" generated always as (attributes ->> 'preferred_username') stored,
      tokens_valid_from  timestamptz,
      created_at         timestamptz not null,
      updated_at         timestamptz not null,
      primary key (pool_id, id)
    )`.execute(db)
  await sql`create unique index users_username on users (pool_id, username)`.execute(db)
  await sql`create index users_status on users (pool_id, status, id)`.execute(db)
  await sql`create index users_enabled on users (pool_id, id) where not enabled`.execute(db)
  for (const attribute of searchable)
    await sql`create index ${sql.id(`users_${attribute}`)} on users (pool_id, ${sql.id(attribute)}, id)
      where ${sql.id(attribute)} is not null`.execute(db)

  // Every name a user signs in with: the username, and the aliases that are active. Races for a name end here.
  await sql`
    create table login_names (
      pool_id text not null,
      name    text collate "C" not null,
      kind    text not null check (kind in ('username', 'email', 'phone_number', 'preferred_username')),
      user_id uuid not null,
      primary key (pool_id, name),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index login_names_user on login_names (pool_id, user_id)`.execute(db)

  // The Argon2id hash serves the plain flows; the sealed salt and verifier serve SRP. Written together, always.
  await sql`
    create table passwords (
      pool_id    text not null,
      user_id    uuid not null,
      hash       text not null,
      srp_salt   bytea,
      srp_sealed bytea,
      temporary  boolean not null default false,
      expires_at timestamptz,
      set_at     timestamptz not null,
      primary key (pool_id, user_id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`
    create table password_history (
      pool_id text not null,
      user_id uuid not null,
      id      uuid not null,
      hash    text not null,
      set_at  timestamptz not null,
      primary key (pool_id, user_id, id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)

  // One live code per user and purpose; sending another replaces it.
  await sql`
    create table codes (
      pool_id    text not null,
      user_id    uuid not null,
      purpose    text not null,
      code_hash  bytea not null,
      attribute  text,
      value      text,
      attempts   integer not null default 0,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (pool_id, user_id, purpose),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index codes_expiry on codes (expires_at)`.execute(db)

  // Failed guesses and their locks. The subject is a user id, or a keyed hash of a name that no user has.
  await sql`
    create table attempts (
      pool_id      text not null references pools (id) on delete cascade,
      kind         text not null,
      subject      text not null,
      failures     integer not null default 0,
      locked_until timestamptz,
      expires_at   timestamptz not null,
      primary key (pool_id, kind, subject)
    )`.execute(db)
  await sql`create index attempts_expiry on attempts (expires_at)`.execute(db)

  // How often an action was used in its window (resends an hour, confirmations an hour).
  await sql`
    create table quotas (
      pool_id    text not null references pools (id) on delete cascade,
      action     text not null,
      subject    text not null,
      used       integer not null,
      expires_at timestamptz not null,
      primary key (pool_id, action, subject)
    )`.execute(db)
  await sql`create index quotas_expiry on quotas (expires_at)`.execute(db)
}
