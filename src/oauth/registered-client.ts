import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import { settingsOf } from '../pool/clients/client-settings.ts'
import { providersOf } from '../pool/identity-providers/identity-provider.ts'
import { beginsSignIns } from '../pool/identity-providers/provider-details.ts'
import type { Pool } from '../pool/pools/pool.ts'
import { customScopes, standardScopes } from '../pool/resource-servers/scopes.ts'
import type { ClientMetadata } from './client-metadata.ts'
import { invalidMetadata } from './metadata-members.ts'

/**
 * The scopes of those that the pool allows registered clients, for users or for machines; all of them where the client
 * names none. @throws OAuthError
 */
export async function registeredScopes(
  ctx: Context,
  pool: Pool,
  poolScopes: string[],
  { flow, scopes }: Pick<ClientMetadata, 'flow' | 'scopes'>,
): Promise<string[]> {
  const allowed = await allowedFor(ctx, pool, poolScopes, flow)
  // Here, refresh tokens and addresses need no scope of their own.
  const passedOver = isOn('OpenIdRequests', pool) ? ['offline_access', 'address'] : []
  const wanted = scopes?.filter((scope) => !passedOver.includes(scope)) ?? allowed
  if (wanted.length === 0) throw invalidMetadata('There is no scope that the client could have.')
  if (wanted.some((scope) => !allowed.includes(scope))) throw invalidMetadata('One of the scopes is not allowed.')
  return wanted
}

/** What a client of this flow may have of the pool's scopes. */
export async function allowedFor(
  ctx: Context,
  pool: Pool,
  poolScopes: string[],
  flow: ClientMetadata['flow'],
): Promise<string[]> {
  const custom = await customScopes(ctx, pool)
  const own = poolScopes.filter((scope) => custom.has(scope))
  const ofUsers = standardScopes.filter((scope) => !scope.startsWith('aws.') || poolScopes.includes(scope))
  return flow === 'code' ? [...ofUsers, ...own] : own
}

/** The default settings of a client that registered itself. */
export async function registeredSettings(
  ctx: Context,
  pool: Pool,
  metadata: Pick<ClientMetadata, 'flow' | 'responseTypes' | 'redirectUris' | 'logoutUris'>,
  scopes: string[],
) {
  const { flow, responseTypes, redirectUris, logoutUris } = metadata
  const forUsers = flow === 'code'
  const inBrowser = responseTypes.some((type) => type !== 'code')
  return {
    ...settingsOf({
      // An unknown app must not see passwords: users sign in on the pool's pages.
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      SupportedIdentityProviders: forUsers ? ['COGNITO', ...(await offeredProviders(ctx, pool))] : undefined,
      CallbackURLs: forUsers ? redirectUris : undefined,
      LogoutURLs: forUsers ? logoutUris : undefined,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: inBrowser ? [flow, 'implicit'] : [flow],
      AllowedOAuthScopes: scopes,
    }),
    ClientType: 'DCR' as const,
  }
}

/** Without providers that start sign-ins themselves, which can't be combined with others. */
async function offeredProviders(ctx: Context, pool: Pool): Promise<string[]> {
  const providers = await providersOf(ctx, pool)
  return providers.filter((provider) => !beginsSignIns(provider)).map(({ name }) => name)
}
