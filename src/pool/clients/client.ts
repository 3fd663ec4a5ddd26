import type { Context } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { ClientSettings } from '../../model/settings.ts'
import { type Pool, poolAt } from '../pools/pool.ts'
import { findClientRevisions, loadClient } from './client-store.ts'

/** An app client as one request sees it: a snapshot at `revision`, never changed in place. */
export interface Client {
  poolId: string
  id: string
  name: string
  revision: number
  settings: ClientSettings
  /** At most two, oldest first; empty for a public client. */
  secrets: { id: string; secret: string; createdAt: Date }[]
  createdAt: Date
  updatedAt: Date
}

/** @throws ResourceNotFoundException */
export async function requireClient(ctx: Context, clientId: string): Promise<{ pool: Pool; client: Client }> {
  const found = await findClient(ctx, clientId)
  if (!found) throw new ResourceNotFound(`User pool client ${clientId} does not exist.`)
  return found
}

/** A client of the given pool; one of another pool is unknown here. @throws ResourceNotFoundException */
export async function requireClientOf(
  ctx: Context,
  poolId: string,
  clientId: string,
): Promise<{ pool: Pool; client: Client }> {
  const found = await findClient(ctx, clientId)
  if (found?.pool.id === poolId) return found
  throw new ResourceNotFound(`User pool client ${clientId} does not exist.`)
}

/** One short statement where the cached snapshots of pool and client are current. */
export async function findClient(ctx: Context, clientId: string): Promise<{ pool: Pool; client: Client } | undefined> {
  const revisions = await findClientRevisions(ctx.db, clientId)
  if (!revisions) return undefined
  const pool = await poolAt(ctx, revisions.poolId, revisions.pool)
  const client = pool && (await clientAt(ctx, pool.id, clientId, revisions.client))
  return client && { pool, client }
}

/** The client at a revision that the caller has just read. */
export async function clientAt(
  ctx: Context,
  poolId: string,
  clientId: string,
  revision: number,
): Promise<Client | undefined> {
  const cached = ctx.caches.clients.get(clientId)
  if (cached?.revision === revision && cached.poolId === poolId) return cached
  const client = await loadClient(ctx, poolId, clientId)
  if (client) ctx.caches.clients.set(clientId, client)
  return client
}
