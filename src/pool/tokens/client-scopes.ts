import type { Context } from '../../context.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { customScopes } from '../resource-servers/scopes.ts'

/**
 * The custom scopes that a client's own token may carry. A scope whose resource server has lost it sleeps in the
 * client's list and is left out.
 */
export async function grantableScopes(ctx: Context, pool: Pool, client: Client): Promise<string[]> {
  const existing = await customScopes(ctx, pool)
  return (client.settings.AllowedOAuthScopes ?? []).filter((scope) => existing.has(scope))
}

/** A client acts for itself with a secret, and with the flow of the token endpoint or the one that needs no domain. */
export function actsForItself(client: Client): boolean {
  const { AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows } = client.settings
  const explicit: string[] = client.settings.ExplicitAuthFlows ?? []
  const byEndpoint = AllowedOAuthFlowsUserPoolClient && AllowedOAuthFlows?.includes('client_credentials')
  return client.secrets.length > 0 && (byEndpoint || explicit.includes('ALLOW_CLIENT_TOKEN_AUTH'))
}
