import type { Db } from '../context.ts'

/** Every pool, or one, with all that belongs to it. */
export async function deletePools(db: Db, poolId?: string): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('pools')
    .$if(poolId !== undefined, (query) => query.where('id', '=', poolId!))
    .executeTakeFirst()
  return Number(numDeletedRows)
}
