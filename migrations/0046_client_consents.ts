import { type Kysely, sql } from 'kysely'

/** Clients that an older release registers meanwhile ask for no consent, as all of its do. */
export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // A client that registered itself asks its users before it gets anything, until an administrator has updated it.
  await sql`alter table clients add column needs_consent boolean not null default false`.execute(db)
  await sql`
    update clients set needs_consent = true, revision = revision + 1
    where settings ->> 'ClientType' = 'DCR' and updated_at = created_at`.execute(db)
  await sql`
    create table client_consents (
      pool_id    text not null,
      user_id    uuid not null,
      client_id  text not null,
      scopes     text[] not null,
      created_at timestamptz not null,
      primary key (pool_id, user_id, client_id),
      foreign key (pool_id, user_id)   references users (pool_id, id)   on delete cascade,
      foreign key (pool_id, client_id) references clients (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index client_consents_client on client_consents (pool_id, client_id)`.execute(db)
}
