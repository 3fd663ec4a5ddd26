import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // `details` are the members of ProviderDetails that are no secrets; those that are stand sealed beside them.
  // `metadata` is the SAML document as it was last read, wherever it comes from.
  await sql`
    create table identity_providers (
      pool_id             text not null references pools (id) on delete cascade,
      name                text collate "C" not null,
      type                text not null,
      details             jsonb not null,
      secrets_sealed      bytea not null,
      attribute_mapping   jsonb not null,
      acr_mapping         jsonb,
      metadata            text,
      metadata_fetched_at timestamptz,
      created_at          timestamptz not null,
      updated_at          timestamptz not null,
      primary key (pool_id, name)
    )`.execute(db)

  // Other names of a provider, such as the mail domains of those who sign in there. One provider per name in a pool.
  await sql`
    create table identity_provider_identifiers (
      pool_id       text not null,
      identifier    text collate "C" not null,
      provider_name text collate "C" not null,
      position      integer not null,
      primary key (pool_id, identifier),
      foreign key (pool_id, provider_name) references identity_providers (pool_id, name) on delete cascade
    )`.execute(db)
  await sql`create index identity_provider_identifiers_provider
    on identity_provider_identifiers (pool_id, provider_name)`.execute(db)

  // What SAML messages are signed with: one pair for each pool, its certificate renewed while the key stays. And what
  // responses are decrypted with: one for each provider. `provider_name` is empty for the first kind.
  await sql`
    create table saml_keys (
      pool_id        text not null references pools (id) on delete cascade,
      provider_name  text not null,
      certificate    bytea not null,
      private_sealed bytea not null,
      issued_at      timestamptz not null,
      primary key (pool_id, provider_name)
    )`.execute(db)
}
