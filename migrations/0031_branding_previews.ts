import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // A link opens once, for a session in the browser that holds the document being edited; none while it is the style's own.
  await sql`
    create table branding_previews (
      pool_id    text        not null,
      token_hash bytea       not null,
      client_id  text        not null,
      kind       text        not null check (kind in ('link', 'session')),
      settings   jsonb,
      expires_at timestamptz not null,
      primary key (pool_id, token_hash),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index branding_previews_expiry on branding_previews (expires_at)`.execute(db)
}
