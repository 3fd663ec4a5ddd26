import type { Context } from '../../context.ts'
import { bumpPoolRevision } from '../pools/pool-store.ts'
import { makeSigningKey } from './make-signing-key.ts'
import { deleteRetiredKeys, insertSigningKey, newestSigningKey, retireSigningKeys } from './signing-key-store.ts'

/** New keys stand in the key set for so long before they sign: longer than anything keeps the set. */
const publishedAhead = 10 * 60_000
/** The longest that an access or ID token lives. */
const maxLifetime = 24 * 3_600_000

/**
 * A new pair of keys for the pool. The former ones verify until the last token they may have signed has expired. With
 * `madeBefore`, nothing is done where the pool has keys that were made since.
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
