import type { Db } from '../../context.ts'
import type { PartialSettings } from './settings.ts'

export interface PreviewKey {
  poolId: string
  tokenHash: Buffer
}

export async function insertPreview(
  db: Db,
  { poolId, tokenHash }: PreviewKey,
  { kind, clientId, expiresAt }: { kind: 'link' | 'session'; clientId: string; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto('branding_previews')
    .values({ pool_id: poolId, token_hash: tokenHash, kind, client_id: clientId, expires_at: expiresAt })
    .execute()
}

/** Uses up the link: of two requests at once, one succeeds. */
export async function takePreviewLink(
  db: Db,
  { poolId, tokenHash }: PreviewKey,
  now: Date,
): Promise<{ clientId: string } | undefined> {
  return db
    .deleteFrom('branding_previews')
    .where('pool_id', '=', poolId)
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', 'link')
    .where('expires_at', '>', now)
    .returning('client_id as clientId')
    .executeTakeFirst()
}

export async function findPreviewSession(
  db: Db,
  { poolId, tokenHash }: PreviewKey,
  now: Date,
): Promise<{ clientId: string; settings: PartialSettings | null } | undefined> {
  return db
    .selectFrom('branding_previews')
    .select(['client_id as clientId', 'settings'])
    .where('pool_id', '=', poolId)
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', 'session')
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

export async function savePreviewSettings(
  db: Db,
  { poolId, tokenHash }: PreviewKey,
  settings: PartialSettings,
): Promise<void> {
  await db
    .updateTable('branding_previews')
    .set({ settings })
    .where('pool_id', '=', poolId)
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', 'session')
    .execute()
}

/** App clients of the pool, the ones with a style first. */
export async function listPreviewClients(
  db: Db,
  poolId?: string,
): Promise<{ poolId: string; poolName: string; clientId: string; clientName: string }[]> {
  return db
    .selectFrom('clients')
    .innerJoin('pools', 'pools.id', 'clients.pool_id')
    .leftJoin('brandings', (join) =>
      join.onRef('brandings.pool_id', '=', 'clients.pool_id').onRef('brandings.client_id', '=', 'clients.id'),
    )
    .select(['pools.id as poolId', 'pools.name as poolName', 'clients.id as clientId', 'clients.name as clientName'])
    .$if(poolId !== undefined, (query) => query.where('clients.pool_id', '=', poolId!))
    .orderBy('pools.name')
    .orderBy('pools.id')
    .orderBy('brandings.id', (order) => order.asc().nullsLast())
    .orderBy('clients.name')
    .limit(100)
    .execute()
}
