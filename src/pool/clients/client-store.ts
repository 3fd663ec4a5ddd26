import type { Context, Db } from '../../context.ts'
import type { Client } from './client.ts'

export async function findClientRevisions(
  db: Db,
  clientId: string,
): Promise<{ poolId: string; pool: number; client: number } | undefined> {
  return db
    .selectFrom('client_directory as d')
    .innerJoin('pools as p', 'p.id', 'd.pool_id')
    .innerJoin('clients as c', (join) => join.onRef('c.pool_id', '=', 'd.pool_id').onRef('c.id', '=', 'd.client_id'))
    .select(['d.pool_id as poolId', 'p.revision as pool', 'c.revision as client'])
    .where('d.client_id', '=', clientId)
    .executeTakeFirst()
}

export async function loadClient(ctx: Context, poolId: string, clientId: string): Promise<Client | undefined> {
  const row = await ctx.db
    .selectFrom('clients')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('id', '=', clientId)
    .executeTakeFirst()
  if (!row) return undefined
  const secrets = await ctx.db
    .selectFrom('client_secrets')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .orderBy('created_at')
    .execute()
  return {
    poolId,
    id: row.id,
    name: row.name,
    revision: row.revision,
    settings: row.settings,
    secrets: secrets.map((secret) => ({
      id: secret.id,
      secret: ctx.keyring.open(secret.secret_sealed, clientSecretSeal(poolId, clientId, secret.id)).toString(),
      createdAt: secret.created_at,
    })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** What a sealed client secret is bound to: its own row. */
export function clientSecretSeal(poolId: string, clientId: string, secretId: string): string {
  return `client-secret:${poolId}:${clientId}:${secretId}`
}
