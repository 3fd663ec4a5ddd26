import type { Db } from '../context.ts'
import { deleteDirectoryEntries } from '../pool/pools/pool-store.ts'

/** Deletes every pool, or one, with everything that belongs to it. */
export async function deletePools(db: Db, poolId?: string): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await deleteDirectoryEntries(trx, poolId)
    const { numDeletedRows } = await trx
      .deleteFrom('pools')
      .$if(poolId !== undefined, (query) => query.where('id', '=', poolId!))
      .executeTakeFirst()
    return Number(numDeletedRows)
  })
}
