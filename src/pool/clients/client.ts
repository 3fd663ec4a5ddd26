import type { Context, Db, RequestContext } from '../../context.ts'
import { gathered } from '../../lib/gathered.ts'
import { Lru } from '../../lib/lru.ts'
import { remembered } from '../../lib/memory.ts'
import { noteSubject } from '../../lib/request-facts.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { Client, RequestOwner } from '../../model/snapshots.ts'
import { poolAt, pools, requirePool } from '../pools/pool.ts'
import { findClientRevisions, loadClient } from './client-store.ts'
import { confirmOwner, type MaybeOwned, type Owner, StaleOwner } from './owner.ts'

export type { Client }

/** Snapshots of clients, used only at the revision that a request has read. */
export const clients = remembered(() => new Lru<string, Client>(5000, 'clients'))

/** @throws ResourceNotFoundException */
export async function requireClient(ctx: MaybeOwned, clientId: string): Promise<Owner> {
  const found = await findClient(ctx, clientId)
  if (!found) throw unknownClient(clientId)
  return found
}

/**
 * A client of the given pool; one of another pool is unknown here. @throws ResourceNotFoundException, which names the
 * pool if there is none
 */
export async function requireClientOf(ctx: MaybeOwned, poolId: string, clientId: string): Promise<Owner> {
  const found = await findClient(ctx, clientId)
  if (found?.pool.id === poolId) return found
  await requirePool(ctx, poolId)
  throw unknownClient(clientId)
}

/**
 * As `requireClient`, or `requireClientOf` where there is a pool, but without a statement where this node remembers the
 * client. The caller's first statement has to expect and to confirm it; see `RequestOwner`.
 * @throws ResourceNotFoundException
 */
export async function assumeClient(ctx: MaybeOwned, clientId: string, poolId?: string): Promise<Owner> {
  const { owner } = ctx
  if (owner?.client.id === clientId && owner.state === 'remembered') owner.state = 'assumed'
  const found = owner?.client.id === clientId ? owner : await findClient(ctx, clientId)
  if (!found || (poolId !== undefined && found.pool.id !== poolId)) {
    if (poolId !== undefined) await requirePool(ctx, poolId)
    throw unknownClient(clientId)
  }
  noteSubject(ctx, found.pool.id, clientId)
  return { pool: found.pool, client: found.client }
}

const unknownClient = (clientId: string) =>
  new ResourceNotFound(`User pool client ${clientId} does not exist.`, { reason: 'client-not-found' })

const isClientId = (text: string): boolean => /^[\w+]{1,128}$/.test(text)

/**
 * Runs a call that names a client with the pool and client that this node remembers. If they were stale, the call runs
 * again with the current ones; the first run has written nothing.
 */
export async function withOwner<T>(
  ctx: RequestContext,
  clientId: string | undefined,
  run: (ctx: RequestContext) => Promise<T>,
): Promise<T> {
  // A page has looked its client up already.
  if (ctx.owner && ctx.owner.client.id === clientId) return run(ctx)
  const client = clientId === undefined ? undefined : clients(ctx).get(clientId)
  const pool = client && pools(ctx).get(client.poolId)
  if (!client || !pool) return run(ctx)

  const owner: RequestOwner = { pool, client, state: 'remembered' }
  try {
    return await run({ ...ctx, owner })
  } catch (error) {
    if (owner.state !== 'assumed') throw error
    const found = await findClient(ctx, client.id)
    const wasRight = found?.pool === pool && found.client === client
    if (wasRight && !(error instanceof StaleOwner)) throw error
    return run(found ? { ...ctx, owner: { ...found, state: 'confirmed' } } : ctx)
  }
}

/** One short statement where the cached snapshots of pool and client are current. */
export async function findClient(ctx: MaybeOwned, clientId: string): Promise<Owner | undefined> {
  const owner = ctx.owner?.client.id === clientId ? ctx.owner : undefined
  if (owner?.state === 'confirmed') {
    noteSubject(ctx, owner.pool.id, clientId)
    return owner
  }
  // Addresses and forms may name clients by any bytes.
  if (!isClientId(clientId)) return undefined
  const revisions = await currentRevisions(ctx, clientId)
  if (owner?.state === 'assumed') {
    confirmOwner(ctx, revisions)
    return owner
  }
  if (!revisions) return undefined
  const pool = await poolAt(ctx, revisions.poolId, revisions.pool)
  const client = pool && (await clientAt(ctx, pool.id, clientId, revisions.client))
  return client && { pool, client }
}

/** Requests that come at the same time share a statement, which begins after each of them came. */
function currentRevisions(ctx: MaybeOwned, clientId: string): ReturnType<typeof findClientRevisions> {
  const poolId = clients(ctx).peek(clientId)?.poolId
  return ctx.db.isTransaction
    ? findClientRevisions(ctx.db, clientId, poolId)
    : sharedRevisions(ctx)({ db: ctx.db, clientId, poolId })
}

const sharedRevisions = remembered(() =>
  gathered<{ db: Db; clientId: string; poolId: string | undefined }, Awaited<ReturnType<typeof findClientRevisions>>>(
    async (asked) => {
      const { db, clientId, poolId } = asked[0]!
      return new Array(asked.length).fill(await findClientRevisions(db, clientId, poolId))
    },
    { group: ({ clientId }) => clientId },
  ),
)

/** The client at a revision that the caller has just read. */
export async function clientAt(
  ctx: Context & Pick<RequestContext, 'facts'>,
  poolId: string,
  clientId: string,
  revision: number,
): Promise<Client | undefined> {
  const cached = clients(ctx).get(clientId, (client) => client.revision === revision && client.poolId === poolId)
  const client = cached ?? (await loadClient(ctx, poolId, clientId))
  if (!client) return undefined
  noteSubject(ctx, poolId, clientId)
  if (!cached) clients(ctx).set(clientId, client)
  return client
}
