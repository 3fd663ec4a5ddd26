import type { Context } from '../../context.ts'
import { type IdentityProvider, providersOf } from '../identity-providers/identity-provider.ts'
import type { Pool } from '../pools/pool.ts'
import type { Client } from './client.ts'

/** The providers that users of the client may sign in with, in the order of its settings. */
export async function providersOfClient(ctx: Context, pool: Pool, client: Client): Promise<IdentityProvider[]> {
  const providers = await providersOf(ctx, pool)
  return (client.settings.SupportedIdentityProviders ?? [])
    .map((name) => providers.find((provider) => provider.name === name))
    .filter((provider) => provider !== undefined)
}

/** What a request may name: a provider, the pool's own users, or something that is not offered. */
export type WantedProvider = IdentityProvider | 'own users' | 'not offered' | undefined

/**
 * The provider that a request wants: by `identity_provider`, or by `idp_identifier`, which may be an e-mail address
 * whose domain is the identifier. Where the client has one provider and none of the pool's own users, it is that one.
 */
export async function wantedProvider(
  ctx: Context,
  pool: Pool,
  client: Client,
  { name, identifier }: { name: string | undefined; identifier: string | undefined },
): Promise<WantedProvider> {
  const hasOwnUsers = client.settings.SupportedIdentityProviders?.includes('COGNITO') ?? false
  if (!name && !identifier && hasOwnUsers) return undefined
  const offered = await providersOfClient(ctx, pool, client)
  if (name === 'COGNITO') return hasOwnUsers ? 'own users' : 'not offered'
  if (name) return offered.find((provider) => provider.name === name) ?? 'not offered'
  if (!identifier) return offered.length === 1 ? offered[0] : undefined
  const domain = identifier.slice(identifier.lastIndexOf('@') + 1).toLowerCase()
  return (
    offered.find(({ identifiers }) => identifiers.includes(identifier)) ??
    offered.find(({ identifiers }) => identifiers.some((one) => one.toLowerCase() === domain)) ??
    'not offered'
  )
}
