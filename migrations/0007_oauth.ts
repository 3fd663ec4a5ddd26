import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // What the OAuth engine keeps: interactions, browser sessions, authorization codes. Ids are hashed, payloads sealed.
  await sql`
    create table oauth_records (
      pool_id     text not null references pools (id) on delete cascade,
      model       text not null,
      id_hash     bytea not null,
      uid_hash    bytea,
      grant_id    text,
      user_id     uuid,
      sealed      bytea not null,
      consumed_at timestamptz,
      created_at  timestamptz not null,
      expires_at  timestamptz not null,
      primary key (pool_id, model, id_hash),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index oauth_records_uid on oauth_records (pool_id, model, uid_hash) where uid_hash is not null`.execute(
    db,
  )
  await sql`create index oauth_records_grant on oauth_records (pool_id, grant_id) where grant_id is not null`.execute(
    db,
  )
  await sql`create index oauth_records_user on oauth_records (pool_id, user_id) where user_id is not null`.execute(db)
  await sql`create index oauth_records_expiry on oauth_records (expires_at)`.execute(db)
}
