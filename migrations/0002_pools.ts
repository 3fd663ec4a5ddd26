import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // `settings` holds the members of UserPoolType that the API sets, under their wire names.
  // `revision` grows with every change of the pool, its domains or its resource servers; caches are keyed by it.
  await sql`
    create table pools (
      id         text primary key,
      name       text not null,
      settings   jsonb not null,
      revision   bigint not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)

  await sql`
    create table signing_keys (
      pool_id        text not null references pools (id) on delete cascade,
      kid            text not null,
      use            text not null check (use in ('id', 'access')),
      public_jwk     jsonb not null,
      private_sealed bytea not null,
      created_at     timestamptz not null,
      active_from    timestamptz not null,
      retired_at     timestamptz,
      primary key (pool_id, kid)
    )`.execute(db)

  await sql`
    create table clients (
      pool_id    text not null references pools (id) on delete cascade,
      id         text not null,
      name       text not null,
      settings   jsonb not null,
      revision   bigint not null default 1,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (pool_id, id)
    )`.execute(db)

  await sql`
    create table client_secrets (
      pool_id       text not null,
      client_id     text not null,
      id            text not null,
      secret_sealed bytea not null,
      created_at    timestamptz not null,
      primary key (pool_id, client_id, id),
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)

  // `domain` is a prefix (no dot) or a full custom host name.
  await sql`
    create table domains (
      pool_id    text not null references pools (id) on delete cascade,
      domain     text not null,
      settings   jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (pool_id, domain)
    )`.execute(db)

  // What arrives without a pool is found here. Small, and reference tables where the rest is sharded.
  await sql`
    create table client_directory (
      client_id text primary key,
      pool_id   text not null references pools (id) on delete cascade
    )`.execute(db)
  await sql`create index client_directory_pool on client_directory (pool_id)`.execute(db)
  await sql`
    create table domain_directory (
      domain  text primary key,
      pool_id text not null references pools (id) on delete cascade
    )`.execute(db)
  await sql`create index domain_directory_pool on domain_directory (pool_id)`.execute(db)

  await sql`
    create table resource_servers (
      pool_id    text not null references pools (id) on delete cascade,
      identifier text collate "C" not null,
      name       text not null,
      scopes     jsonb not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (pool_id, identifier)
    )`.execute(db)
}
