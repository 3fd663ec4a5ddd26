import type { Context } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import type { Pool } from '../pools/pool.ts'
import { managedScopes } from './managed.ts'
import { listScopesOfPool } from './resource-server-store.ts'

/** Scopes that every pool has. All of them speak of a user. */
export const standardScopes: readonly string[] = [
  'openid',
  'email',
  'phone',
  'profile',
  'aws.cognito.signin.user.admin',
]

/** The custom scopes that exist in a pool. */
const scopes = remembered(() => new Lru<string, { revision: number; names: ReadonlySet<string> }>(2000, 'scopes'))

/** The scopes of a pool's resource servers, built-in ones included. */
export async function customScopes(ctx: Context, pool: Pool): Promise<ReadonlySet<string>> {
  const cached = scopes(ctx).get(pool.id, ({ revision }) => revision === pool.revision)
  if (cached) return cached.names
  const names = new Set([...(await listScopesOfPool(ctx.db, pool.id)), ...managedScopes(pool)])
  scopes(ctx).set(pool.id, { revision: pool.revision, names })
  return names
}
