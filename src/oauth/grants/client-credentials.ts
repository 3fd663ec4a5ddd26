import type { Context } from '../../context.ts'
import type { Client } from '../../pool/clients/client.ts'
import type { Pool } from '../../pool/pools/pool.ts'
import { customScopes, standardScopes } from '../../pool/resource-servers/scopes.ts'
import { grantableScopes, mayUseClientCredentials } from '../../pool/tokens/client-scopes.ts'
import { issueClientToken } from '../../pool/tokens/issue-client-token.ts'
import { OAuthError } from '../oauth-error.ts'
import { type Grant, tokenType } from './grant.ts'

export const clientCredentials: Grant = async (ctx, { pool, client, form, confirmation }) => {
  if (!mayUseClientCredentials(client)) throw new OAuthError('unauthorized_client')
  const scopes = await requireScopes(ctx, pool, client, form.get('scope'))
  const clientMetadata = parseMetadata(form.get('aws_client_metadata'))

  const { accessToken, expiresIn } = await issueClientToken(ctx, { pool, client, scopes, confirmation, clientMetadata })
  return { access_token: accessToken, expires_in: expiresIn, token_type: tokenType(confirmation) }
}

/** One scope that the client may not have fails the whole request; the error depends on whether the scope exists. */
async function requireScopes(ctx: Context, pool: Pool, client: Client, scope: string | undefined): Promise<string[]> {
  const allowed = await grantableScopes(ctx, pool, client)
  if (!scope?.trim()) return allowed
  const wanted = [...new Set(scope.trim().split(/\s+/))]
  const refused = wanted.filter((scope) => !allowed.includes(scope))
  if (refused.length === 0) return wanted
  const custom = await customScopes(ctx, pool)
  const exists = (scope: string) => custom.has(scope) || standardScopes.includes(scope)
  throw new OAuthError(refused.every(exists) ? 'invalid_grant' : 'invalid_scope')
}

/** For the trigger that may change the token: a JSON object of strings. */
function parseMetadata(metadata: string | undefined): Record<string, string> | undefined {
  if (metadata === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(metadata)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, textOf(value)]))
  } catch {
    // Refused below.
  }
  throw new OAuthError('invalid_request')
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
