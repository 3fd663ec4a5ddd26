import type { Trx } from '../../context.ts'
import { deleteAttemptsOf, deleteUser } from './user-store.ts'

/**
 * Deletes everything about a user: most of it goes with the row; counts of guesses, which have no foreign key, are
 * deleted here. False where another deletion came first.
 */
export async function eraseUser(trx: Trx, poolId: string, userId: string): Promise<boolean> {
  const erased = await deleteUser(trx, poolId, userId)
  await deleteAttemptsOf(trx, poolId, userId)
  return erased
}
