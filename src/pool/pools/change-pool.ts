import type { Context } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { PoolSettings } from '../../model/settings.ts'
import type { Pool } from './pool.ts'
import { lockPool, updatePool } from './pool-store.ts'

interface PoolChange {
  name?: string
  settings: PoolSettings
}

/**
 * Changes a pool's settings, one change after the other: two at once both take effect, and neither sees half of the
 * other. `change` must only compute. @throws ResourceNotFoundException
 */
export function changePool(ctx: Context, poolId: string, change: (pool: Pool) => PoolChange): Promise<PoolChange> {
  return ctx.db.transaction().execute(async (trx) => {
    const pool = await lockPool(trx, poolId)
    if (!pool) throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
    const changed = change(pool)
    await updatePool(trx, poolId, { ...changed, updated_at: ctx.clock.now() })
    return changed
  })
}
