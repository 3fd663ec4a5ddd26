import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // WebAuthn's user.id: random, so that it tells nothing of the user, and the same for all passkeys of one.
  await sql`
    create table passkey_users (
      pool_id text not null,
      user_id uuid not null,
      handle  bytea not null,
      primary key (pool_id, user_id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)

  // A credential belongs to one user of the pool: the primary key says so. A passkey is of use while its relying party
  // is the pool's, and is kept when that changes.
  await sql`
    create table passkeys (
      pool_id         text not null,
      credential_id   bytea not null,
      user_id         uuid not null,
      rp_id           text not null,
      public_key      bytea not null,
      counter         bigint not null,
      backup_eligible boolean not null,
      backed_up       boolean not null,
      aaguid          uuid not null,
      attachment      text,
      transports      text[] not null,
      name            text not null,
      created_at      timestamptz not null,
      used_at         timestamptz,
      primary key (pool_id, credential_id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index passkeys_user on passkeys (pool_id, user_id)`.execute(db)

  // A registration that was begun and not completed: the last one counts. Its challenge is no secret.
  await sql`
    create table passkey_registrations (
      pool_id    text not null,
      user_id    uuid not null,
      client_id  text not null,
      challenge  bytea not null,
      expires_at timestamptz not null,
      primary key (pool_id, user_id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index passkey_registrations_expiry on passkey_registrations (expires_at)`.execute(db)
}
