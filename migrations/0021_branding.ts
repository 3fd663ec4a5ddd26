import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table brandings (
      pool_id       text not null,
      id            uuid not null,
      client_id     text not null,
      uses_defaults boolean not null,
      settings      jsonb,
      created_at    timestamptz not null,
      updated_at    timestamptz not null,
      primary key (pool_id, id),
      unique (pool_id, client_id),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)

  // Bytes as they were given; the hash of them is the address under which pages show the picture.
  await sql`
    create table branding_assets (
      pool_id     text not null,
      branding_id uuid not null,
      category    text not null,
      color_mode  text not null,
      resource_id text not null,
      extension   text not null,
      hash        text not null,
      bytes       bytea not null,
      primary key (pool_id, branding_id, category, color_mode, resource_id),
      foreign key (pool_id, branding_id) references brandings (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index branding_assets_hash on branding_assets (pool_id, hash)`.execute(db)

  // scope is a client id, or ALL for every client that has none of its own.
  await sql`
    create table ui_customizations (
      pool_id     text not null references pools (id) on delete cascade,
      scope       text not null,
      client_id   text,
      css         text,
      css_version text,
      image       bytea,
      image_type  text,
      image_hash  text,
      created_at  timestamptz not null,
      updated_at  timestamptz not null,
      primary key (pool_id, scope),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index ui_customizations_client on ui_customizations (pool_id, client_id)`.execute(db)
  await sql`create index ui_customizations_hash on ui_customizations (pool_id, image_hash)`.execute(db)
}
