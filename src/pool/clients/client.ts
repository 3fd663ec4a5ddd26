import type { Context, RequestContext } from '../../context.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { Client } from '../../model/snapshots.ts'
import { type Pool, poolAt, pools } from '../pools/pool.ts'
import { findClientRevisions, loadClient } from './client-store.ts'

export type { Client }

/** Snapshots of clients, used only at the revision that a request has read. */
const clients = remembered(() => new Lru<string, Client>(5000))

/** @throws ResourceNotFoundException */
export async function requireClient(ctx: Context, clientId: string): Promise<{ pool: Pool; client: Client }> {
  const found = await findClient(ctx, clientId)
  if (!found) throw new ResourceNotFound(`User pool client ${clientId} does not exist.`, { reason: 'client-not-found' })
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
  throw new ResourceNotFound(`User pool client ${clientId} does not exist.`, { reason: 'client-not-found' })
}

const isClientId = (text: string): boolean => /^[\w+]{1,128}$/.test(text)

export interface Revisions {
  pool: number
  client: number
}

export interface RememberedOwner {
  pool: Pool
  client: Client
  /** To be told what the first statement has read of the owner. @throws StaleOwner where that is not what was remembered */
  confirm?: (current: Revisions | undefined) => void
}

/** Pool or client are no longer as this node remembered them. Never answered: `withClient` begins again. */
class StaleOwner extends Error {
  override name = 'StaleOwner'
}

/**
 * As `requireClient`, without a statement of its own: `use` is given what this node remembers, and has to confirm it
 * with what its first statement reads, before it changes anything. A refusal before that counts only if nothing was out
 * of date.
 * @throws ResourceNotFoundException
 */
export async function withClient<T>(
  ctx: Context & Pick<RequestContext, 'regional'>,
  clientId: string,
  use: (owner: RememberedOwner) => Promise<T>,
): Promise<T> {
  const client = clients(ctx).get(clientId)
  const pool = client && pools(ctx).get(client.poolId)
  if (!client || !pool || ctx.regional) return use(await requireClient(ctx, clientId))

  const isCurrent = (found: Revisions | undefined) => found?.pool === pool.revision && found.client === client.revision
  let isConfirmed = false
  const confirm = (found: Revisions | undefined) => {
    if (!isCurrent(found)) throw new StaleOwner()
    isConfirmed = true
  }
  try {
    return await use({ pool, client, confirm })
  } catch (error) {
    if (isConfirmed) throw error
    const owner = await requireClient(ctx, clientId)
    const stale =
      error instanceof StaleOwner || !isCurrent({ pool: owner.pool.revision, client: owner.client.revision })
    if (!stale) throw error
    return use(owner)
  }
}

/** One short statement where the cached snapshots of pool and client are current. */
export async function findClient(
  ctx: Context & Pick<RequestContext, 'owner'>,
  clientId: string,
): Promise<{ pool: Pool; client: Client } | undefined> {
  if (ctx.owner?.client.id === clientId) return ctx.owner
  // Addresses and forms name clients, too, by whatever bytes they like.
  if (!isClientId(clientId)) return undefined
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
  const cached = clients(ctx).get(clientId)
  if (cached?.revision === revision && cached.poolId === poolId) return cached
  const client = await loadClient(ctx, poolId, clientId)
  if (client) clients(ctx).set(clientId, client)
  return client
}
