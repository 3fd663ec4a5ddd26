import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // The second factors that a user has turned on, and the authenticator app. The last time step whose code was taken
  // is kept beside its secret, so that a code is worth something once.
  await sql`
    create table mfa_settings (
      pool_id         text not null,
      user_id         uuid not null,
      enabled         text[] not null default '{}',
      preferred       text,
      token_sealed    bytea,
      token_name      text,
      token_last_step bigint,
      primary key (pool_id, user_id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)

  // A secret that was given out with an access token and has not been verified yet: the last one counts.
  await sql`
    create table software_token_setups (
      pool_id    text not null,
      user_id    uuid not null,
      sealed     bytea not null,
      expires_at timestamptz not null,
      primary key (pool_id, user_id),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index software_token_setups_expiry on software_token_setups (expires_at)`.execute(db)
}
