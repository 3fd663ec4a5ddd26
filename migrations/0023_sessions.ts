import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // What has operations of its own, so that UpdateUserPool neither shows nor resets it.
  await sql`alter table pools add column side_settings jsonb not null default '{}'`.execute(db)

  // Written only in pools that track sessions: when and from where a session was last used.
  await sql`
    alter table token_families
      add column last_active_at    timestamptz,
      add column last_address      text,
      add column last_device       text,
      add column origin_session_id text`.execute(db)

  // A browser's session, and the codes that came of it, under the id that users are shown.
  await sql`
    alter table oauth_records
      add column session_id     text,
      add column client_id      text,
      add column last_active_at timestamptz,
      add column last_address   text,
      add column last_device    text`.execute(db)
  await sql`create index oauth_records_session on oauth_records (pool_id, session_id) where session_id is not null`.execute(
    db,
  )
}
