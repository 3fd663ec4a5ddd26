import type { Db } from '../../context.ts'
import type { ClientExtensions } from '../../model/extensions.ts'

/** False where the pool has no such client. */
export async function updateClientExtensions(
  db: Db,
  poolId: string,
  clientId: string,
  extensions: ClientExtensions,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('clients')
    .set((eb) => ({ extensions, revision: eb('revision', '+', 1) }))
    .where('pool_id', '=', poolId)
    .where('id', '=', clientId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
