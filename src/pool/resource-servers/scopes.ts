import type { Db } from '../../context.ts'
import type { Client } from '../clients/client.ts'
import { allowedScopes } from '../clients/client-rules.ts'
import { listScopesOfPool } from './resource-server-store.ts'

/** Scopes that every pool has. All of them speak of a user. */
export const standardScopes: readonly string[] = [
  'openid',
  'email',
  'phone',
  'profile',
  'aws.cognito.signin.user.admin',
]

/** A scope deleted since the client was set up stays in its settings, but no token gets it any more. */
export async function activeScopes(db: Db, client: Client): Promise<Set<string>> {
  const allowed = allowedScopes(client)
  if ([...allowed].every((scope) => standardScopes.includes(scope))) return allowed
  const known = new Set([...standardScopes, ...(await listScopesOfPool(db, client.poolId))])
  return allowed.intersection(known)
}
