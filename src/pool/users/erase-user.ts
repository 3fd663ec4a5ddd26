import type { Trx } from '../../context.ts'
import { deleteAttemptsOf, deleteUser } from './user-store.ts'

/**
 * Everything that is kept of a user goes: what belongs to the row goes with it, and counts of guesses, which have no
 * key to it, are named here. False where another was faster.
 */
export async function eraseUser(trx: Trx, poolId: string, userId: string): Promise<boolean> {
  const erased = await deleteUser(trx, poolId, userId)
  await deleteAttemptsOf(trx, poolId, userId)
  return erased
}
