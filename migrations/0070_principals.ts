import { type Kysely, sql } from 'kysely'

export const expandOnly = true

// Who may administer the installation. These belong to no pool.
export async function up(db: Kysely<unknown>): Promise<void> {
  // A role that is deleted and made again must not have a revision that some node remembers.
  await sql`create sequence role_revisions`.execute(db)

  // Names are unique whatever their case, as in IAM.
  await sql`
    create table roles (
      name        text primary key,
      name_key    text not null unique,
      description text,
      policy      text not null,
      tags        jsonb not null,
      revision    bigint not null default nextval('role_revisions'),
      created_at  timestamptz not null,
      updated_at  timestamptz not null
    )`.execute(db)

  await sql`
    create table access_keys (
      id            text primary key,
      role_name     text not null references roles (name) on delete cascade,
      service       text not null,
      description   text,
      secret_sealed bytea not null,
      created_at    timestamptz not null,
      expires_at    timestamptz,
      last_used_at  timestamptz
    )`.execute(db)
  await sql`create index access_keys_role on access_keys (role_name, service)`.execute(db)
}
