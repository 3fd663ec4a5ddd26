import type { Context } from '../../../context.ts'
import { InvalidParameter, ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireNoImport } from '../../import/import-job.ts'
import { deletePool, lockPoolForDeletion } from '../../pools/pool-store.ts'

export const deleteUserPool: Handler<'DeleteUserPool'> = async (input, ctx) => {
  await withoutDeadlock(() => deleteUnprotected(ctx, input.UserPoolId!))
  return {}
}

function deleteUnprotected(ctx: Context, poolId: string): Promise<void> {
  return ctx.db.transaction().execute(async (trx) => {
    const pool = await lockPoolForDeletion(trx, poolId)
    if (!pool) throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
    await requireNoImport(trx, poolId)
    if (pool.settings.DeletionProtection === 'ACTIVE') {
      throw new InvalidParameter(
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
      )
    }
    if (pool.domains.length > 0) {
      throw new InvalidParameter(
        'User pool cannot be deleted. It has a domain configured that should be deleted first.',
      )
    }
    await deletePool(trx, poolId)
  })
}

const deadlock = '40P01'

/**
 * A write to a user of the pool may deadlock with the deletion; the database aborts one of them, which is then retried.
 */
async function withoutDeadlock(run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if ((error as { code?: string }).code !== deadlock || attempt === 5) throw error
    }
  }
}
