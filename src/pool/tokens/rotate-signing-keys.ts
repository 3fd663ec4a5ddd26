import type { Context } from '../../context.ts'
import { bumpPoolRevision } from '../pools/pool-store.ts'
import { makeSigningKey } from './make-signing-key.ts'
import { deleteRetiredKeys, insertSigningKey, newestSigningKey, retireSigningKeys } from './signing-key-store.ts'

/** New keys are published for so long before they sign: longer than anyone caches the key set. */
const publishedAhead = 10 * 60_000
/** The maximum lifetime of an access or ID token. */
const maxLifetime = 24 * 3_600_000

/**
 * A new pair of keys for the pool. The former ones verify until the last token that they may have signed has expired.
 * With `madeBefore`, nothing is done where the pool has newer keys.
 */
export async function rotateSigningKeys(ctx: Context, poolId: string, madeBefore?: Date): Promise<void> {
  const fresh = [await makeSigningKey(ctx), await makeSigningKey(ctx)]
  const now = ctx.clock.now()
  const activeFrom = new Date(now.getTime() + publishedAhead)
  const retiredAt = new Date(activeFrom.getTime() + maxLifetime)

  await ctx.db.transaction().execute(async (trx) => {
    // First, so that two rotations of one pool follow each other.
    await bumpPoolRevision(trx, poolId)
    const newest = madeBefore && (await newestSigningKey(trx, poolId))
    if (newest && newest >= madeBefore) return
    await deleteRetiredKeys(trx, poolId, now)
    await retireSigningKeys(trx, poolId, retiredAt)
    await insertSigningKey(trx, poolId, 'id', fresh[0]!, now, activeFrom)
    await insertSigningKey(trx, poolId, 'access', fresh[1]!, now, activeFrom)
  })
}
