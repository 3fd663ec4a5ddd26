import type { Db } from '../../context.ts'
import type { UserPoolExtensions } from '../../model/extensions.ts'

/** False if there is no such pool. */
export async function updateExtensions(db: Db, poolId: string, extensions: UserPoolExtensions): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('pools')
    .set((eb) => ({ extensions, revision: eb('revision', '+', 1) }))
    .where('id', '=', poolId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
