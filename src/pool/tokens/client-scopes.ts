import type { Context } from '../../context.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { customScopes } from '../resource-servers/scopes.ts'

/**
 * The custom scopes that a client's own token may have. A scope that its resource server has lost stays in the client's
 * list without effect.
 */
export async function grantableScopes(ctx: Context, pool: Pool, client: Client): Promise<string[]> {
  const existing = await customScopes(ctx, pool)
  return (client.settings.AllowedOAuthScopes ?? []).filter((scope) => existing.has(scope))
}

/** Whether GetClientToken, which needs no domain, is open to the client. */
export function mayUseClientTokenAuth(client: Client): boolean {
  const flows: string[] = client.settings.ExplicitAuthFlows ?? []
  return client.secrets.length > 0 && flows.includes('ALLOW_CLIENT_TOKEN_AUTH')
}

/** Whether the grant client_credentials is open to the client, by its OAuth flows or as GetClientToken is. */
export function mayUseClientCredentials(client: Client): boolean {
  const { AllowedOAuthFlowsUserPoolClient, AllowedOAuthFlows } = client.settings
  const byEndpoint = AllowedOAuthFlowsUserPoolClient && AllowedOAuthFlows?.includes('client_credentials')
  return (client.secrets.length > 0 && byEndpoint === true) || mayUseClientTokenAuth(client)
}
