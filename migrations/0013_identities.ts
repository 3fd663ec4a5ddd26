import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // Who somebody is elsewhere, and whose account that is here. `attribute` is Cognito_Subject, or, until the first
  // sign-in, the attribute by which an administrator linked them. A primary identity made its user; others are linked.
  // No key to the provider: its users stay when it goes. Their `identities` attribute repeats what stands here.
  await sql`
    create table identities (
      pool_id       text not null,
      provider_name text collate "C" not null,
      attribute     text collate "C" not null,
      value         text collate "C" not null,
      user_id       uuid not null,
      provider_type text not null,
      issuer        text,
      is_primary    boolean not null,
      created_at    timestamptz not null,
      primary key (pool_id, provider_name, attribute, value),
      foreign key (pool_id, user_id) references users (pool_id, id) on delete cascade
    )`.execute(db)
  await sql`create index identities_user on identities (pool_id, user_id)`.execute(db)
}
