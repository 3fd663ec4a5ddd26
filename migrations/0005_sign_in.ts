import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // A sign-in that has not ended. The session string is stored hashed; each right answer consumes the row and
  // the next challenge is a new one. `state` is what has been proven so far; `sealed` holds what must stay secret.
  await sql`
    create table sign_ins (
      pool_id       text not null,
      id            uuid not null,
      session_hash  bytea not null,
      client_id     text not null,
      user_id       uuid,
      challenge     text not null,
      state         jsonb not null,
      sealed        bytea,
      attempts      integer not null default 0,
      claimed_until timestamptz,
      consumed_at   timestamptz,
      created_at    timestamptz not null,
      expires_at    timestamptz not null,
      primary key (pool_id, id),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade,
      foreign key (pool_id, user_id)   references users (pool_id, id)   on delete cascade
    )`.execute(db)
  await sql`create unique index sign_ins_session on sign_ins (pool_id, session_hash)`.execute(db)
  await sql`create index sign_ins_user on sign_ins (pool_id, user_id) where user_id is not null`.execute(db)
  await sql`create index sign_ins_client on sign_ins (pool_id, client_id)`.execute(db)
  await sql`create index sign_ins_expiry on sign_ins (expires_at)`.execute(db)

  // One row per sign-in that ended in tokens: what the refresh token may renew, and the place where it is revoked.
  // It outlives its last access token, so that a revoked one is known until it has expired.
  await sql`
    create table token_families (
      pool_id    text not null,
      origin_jti uuid not null,
      event_id   uuid not null,
      user_id    uuid not null,
      client_id  text not null,
      scope      text not null,
      surface    text not null check (surface in ('api', 'oauth')),
      auth_time  timestamptz not null,
      proven     jsonb not null,
      device_key text,
      nonce      text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      primary key (pool_id, origin_jti),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade,
      foreign key (pool_id, user_id)   references users (pool_id, id)   on delete cascade
    )`.execute(db)
  await sql`create unique index token_families_event on token_families (pool_id, event_id)`.execute(db)
  await sql`create index token_families_user on token_families (pool_id, user_id)`.execute(db)
  await sql`create index token_families_client on token_families (pool_id, client_id)`.execute(db)
  await sql`create index token_families_expiry on token_families (expires_at)`.execute(db)

  await sql`
    create table refresh_tokens (
      pool_id     text not null,
      token_hash  bytea not null,
      origin_jti  uuid not null,
      issued_at   timestamptz not null,
      rotated_at  timestamptz,
      usable_until timestamptz not null,
      primary key (pool_id, token_hash),
      foreign key (pool_id, origin_jti) references token_families (pool_id, origin_jti) on delete cascade
    )`.execute(db)
  await sql`create index refresh_tokens_family on refresh_tokens (pool_id, origin_jti)`.execute(db)
}
