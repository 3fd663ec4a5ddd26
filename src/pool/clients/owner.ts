import type { Context, RequestContext } from '../../context.ts'
import type { Owner } from '../../model/snapshots.ts'

export type { Owner }

export type MaybeOwned = Context & Pick<RequestContext, 'owner' | 'facts'>

export interface Revisions {
  pool: number
  client: number
}

/** The remembered pool or client is stale. Callers never see this error: the call runs again. */
export class StaleOwner extends Error {
  override name = 'StaleOwner'
}

/**
 * The revisions that the first statement of a call has to find before it writes; undefined where they are confirmed
 * already.
 */
export function expectedRevisions({ owner }: MaybeOwned): Revisions | undefined {
  return owner?.state === 'assumed' ? { pool: owner.pool.revision, client: owner.client.revision } : undefined
}

/** @throws StaleOwner where the first statement has found other revisions than the remembered ones */
export function confirmOwner(ctx: MaybeOwned, found: Revisions | undefined): void {
  const expected = expectedRevisions(ctx)
  if (!expected) return
  if (found?.pool !== expected.pool || found.client !== expected.client) throw new StaleOwner()
  ctx.owner!.state = 'confirmed'
}
