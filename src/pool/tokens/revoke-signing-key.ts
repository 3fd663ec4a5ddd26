import type { Context } from '../../context.ts'
import { bumpPoolRevision } from '../pools/pool-store.ts'
import { makeSigningKey } from './make-signing-key.ts'
import { deleteSigningKey, insertSigningKey } from './signing-key-store.ts'

/**
 * Withdraws a key that is known to others: what it has signed is refused by the next call of every node. Another signs in
 * its place at once, before verifiers that remember the key set have seen it. False where the pool has no such key.
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
