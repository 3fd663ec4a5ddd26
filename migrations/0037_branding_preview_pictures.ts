import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // The pictures of a session: first those of the style, then what its browser adds and takes away.
  await sql`
    create table branding_preview_pictures (
      pool_id     text  not null,
      token_hash  bytea not null,
      category    text  not null,
      color_mode  text  not null,
      resource_id text  not null,
      extension   text  not null,
      hash        text  not null,
      bytes       bytea not null,
      primary key (pool_id, token_hash, category, color_mode, resource_id),
      foreign key (pool_id, token_hash) references branding_previews (pool_id, token_hash) on delete cascade
    )`.execute(db)
}
