import { sql } from 'kysely'
import type { Context, Db, Trx } from '../../context.ts'
import type { ProviderType } from '../../store/tables.ts'
import type { IdentityProvider } from './identity-provider.ts'

/** Members of ProviderDetails that must not be readable in the database. */
const secretMembers = ['client_secret', 'private_key']

export const providerSeal = (poolId: string, name: string): string => `identity-provider:${poolId}:${name}`

export interface ProviderSettings {
  details: Record<string, string>
  attributeMapping: Record<string, string>
  acrMapping: Record<string, string> | undefined
  metadata: IdentityProvider['metadata']
}

function columnsOf(ctx: Context, poolId: string, name: string, settings: ProviderSettings) {
  const entries = Object.entries(settings.details)
  const secrets = Object.fromEntries(entries.filter(([member]) => secretMembers.includes(member)))
  return {
    details: Object.fromEntries(entries.filter(([member]) => !secretMembers.includes(member))),
    secrets_sealed: ctx.keyring.seal(JSON.stringify(secrets), providerSeal(poolId, name)),
    attribute_mapping: settings.attributeMapping,
    acr_mapping: settings.acrMapping ?? null,
    metadata: settings.metadata?.document ?? null,
    metadata_fetched_at: settings.metadata?.fetchedAt ?? null,
  }
}

/** Sorted by name. */
export async function loadProviders(ctx: Context, db: Db, poolId: string): Promise<IdentityProvider[]> {
  const rows = await db
    .selectFrom('identity_providers as p')
    .selectAll()
    .select(
      sql<string[]>`array(
        select i.identifier from identity_provider_identifiers i
        where i.pool_id = p.pool_id and i.provider_name = p.name order by i.position
      )`.as('identifiers'),
    )
    .where('pool_id', '=', poolId)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    poolId,
    name: row.name,
    type: row.type,
    details: {
      ...row.details,
      ...JSON.parse(ctx.keyring.open(row.secrets_sealed, providerSeal(poolId, row.name)).toString()),
    },
    attributeMapping: row.attribute_mapping,
    acrMapping: row.acr_mapping ?? undefined,
    identifiers: row.identifiers,
    metadata:
      row.metadata === null
        ? undefined
        : { document: row.metadata, fetchedAt: row.metadata_fetched_at ?? row.updated_at },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}

export async function countProviders(db: Db, poolId: string): Promise<number> {
  const row = await db
    .selectFrom('identity_providers')
    .select((eb) => eb.fn.countAll<number>().as('providers'))
    .where('pool_id', '=', poolId)
    .executeTakeFirstOrThrow()
  return row.providers
}

export async function providerExists(db: Db, poolId: string, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('identity_providers')
    .select('name')
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row !== undefined
}

/** False if the pool already has a provider of that name. */
export async function insertProvider(
  trx: Trx,
  ctx: Context,
  poolId: string,
  provider: ProviderSettings & { name: string; type: ProviderType },
  now: Date,
): Promise<boolean> {
  const inserted = await trx
    .insertInto('identity_providers')
    .values({
      pool_id: poolId,
      name: provider.name,
      type: provider.type,
      ...columnsOf(ctx, poolId, provider.name, provider),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function updateProvider(
  trx: Trx,
  ctx: Context,
  poolId: string,
  provider: ProviderSettings & { name: string },
  now: Date,
): Promise<boolean> {
  const updated = await trx
    .updateTable('identity_providers')
    .set({ ...columnsOf(ctx, poolId, provider.name, provider), updated_at: now })
    .where('pool_id', '=', poolId)
    .where('name', '=', provider.name)
    .returning('name')
    .executeTakeFirst()
  return updated !== undefined
}

/** Replaces the provider's identifiers; returns those that another provider has. */
export async function setIdentifiers(trx: Trx, poolId: string, name: string, identifiers: string[]): Promise<string[]> {
  await trx
    .deleteFrom('identity_provider_identifiers')
    .where('pool_id', '=', poolId)
    .where('provider_name', '=', name)
    .execute()
  if (identifiers.length === 0) return []
  const inserted = await trx
    .insertInto('identity_provider_identifiers')
    .values(identifiers.map((identifier, position) => ({ pool_id: poolId, identifier, provider_name: name, position })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('identifier')
    .execute()
  return identifiers.filter((identifier) => !inserted.some((row) => row.identifier === identifier))
}

/** Stores metadata that was fetched again; what the API shows of the provider stays. */
export async function updateMetadata(
  db: Db,
  poolId: string,
  name: string,
  { document, fetchedAt }: { document: string; fetchedAt: Date },
): Promise<void> {
  await db
    .updateTable('identity_providers')
    .set({ metadata: document, metadata_fetched_at: fetchedAt })
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .execute()
}

export async function deleteProvider(trx: Trx, poolId: string, name: string): Promise<boolean> {
  const deleted = await trx
    .deleteFrom('identity_providers')
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .returning('name')
    .executeTakeFirst()
  await trx.deleteFrom('saml_keys').where('pool_id', '=', poolId).where('provider_name', '=', name).execute()
  return deleted !== undefined
}
