import type { IdentityProviderType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { ProviderType } from '../../store/tables.ts'
import type { Pool } from '../pools/pool.ts'
import { loadProviders } from './provider-store.ts'

/** How a pool is connected to a provider: a snapshot, never changed in place. */
export interface IdentityProvider {
  poolId: string
  name: string
  type: ProviderType
  /** ProviderDetails as a sign-in needs them, secrets included. */
  details: Record<string, string>
  /** Attributes of the pool to those of the provider. */
  attributeMapping: Record<string, string>
  acrMapping: Record<string, string> | undefined
  identifiers: string[]
  /** The SAML document as it was last read. */
  metadata: { document: string; fetchedAt: Date } | undefined
  createdAt: Date
  updatedAt: Date
}

const loaded = new WeakMap<Pool, Promise<IdentityProvider[]>>()

/**
 * The providers of a pool, by name; read once per snapshot of the pool, whose revision grows with every change of them.
 */
export function providersOf(ctx: Context, pool: Pool): Promise<IdentityProvider[]> {
  const known = loaded.get(pool)
  if (known) return known
  const providers = loadProviders(ctx, ctx.db, pool.id)
  loaded.set(pool, providers)
  // The next request must not get the same failure.
  providers.catch(() => loaded.delete(pool))
  return providers
}

/** By its name, as it is written. */
export async function findProvider(ctx: Context, pool: Pool, name: string): Promise<IdentityProvider | undefined> {
  return (await providersOf(ctx, pool)).find((provider) => provider.name === name)
}

export async function findProviderByIdentifier(
  ctx: Context,
  pool: Pool,
  identifier: string,
): Promise<IdentityProvider | undefined> {
  return (await providersOf(ctx, pool)).find(({ identifiers }) => identifiers.includes(identifier))
}

/** @throws ResourceNotFoundException */
export async function requireProvider(ctx: Context, pool: Pool, name: string): Promise<IdentityProvider> {
  const provider = await findProvider(ctx, pool, name)
  if (!provider) throw providerNotFound(name)
  return provider
}

export const providerNotFound = (name: string): Error =>
  new ResourceNotFound(`Identity provider ${name} does not exist.`)

/** Providers with a fixed name, of which a pool has at most one each. */
export const isSocial = (type: string): boolean => type !== 'SAML' && type !== 'OIDC'

export function providerView(provider: IdentityProvider): IdentityProviderType {
  const { private_key: _, ...details } = provider.details
  return {
    UserPoolId: provider.poolId,
    ProviderName: provider.name,
    ProviderType: provider.type,
    ProviderDetails: details,
    AttributeMapping: provider.attributeMapping,
    AcrMapping: provider.acrMapping,
    IdpIdentifiers: provider.identifiers,
    LastModifiedDate: provider.updatedAt,
    CreationDate: provider.createdAt,
  } as IdentityProviderType
}
