import type { Context } from '../../context.ts'
import { bumpPoolRevision } from '../pools/pool-store.ts'
import { makeSigningKey } from './make-signing-key.ts'
import { deleteSigningKey, insertSigningKey } from './signing-key-store.ts'

/**
 * Withdraws a key that others may have: tokens signed with it are refused from the next call on, on every node. Another
 * key signs in its place at once, before verifiers that cache the key set have seen it. False where the pool has no
 * such key.
 */
export async function revokeSigningKey(ctx: Context, poolId: string, kid: string): Promise<boolean> {
  const fresh = await makeSigningKey(ctx)
  const now = ctx.clock.now()
  return ctx.db.transaction().execute(async (trx) => {
    await bumpPoolRevision(trx, poolId)
    const use = await deleteSigningKey(trx, poolId, kid)
    if (use) await insertSigningKey(trx, poolId, use, fresh, now)
    return use !== undefined
  })
}
