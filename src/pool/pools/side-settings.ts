import type { Context, Trx } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import type { SideSettings } from '../../model/settings.ts'
import type { Pool } from './pool.ts'
import { lockPool } from './pool-store.ts'
import { updateSideSettings } from './side-settings-store.ts'

/**
 * Changes one part of a pool's side settings, one change after the other. `change` must only compute; `also` writes
 * what else belongs to the change. @throws ResourceNotFoundException
 */
export function changeSideSettings<Part extends keyof SideSettings>(
  ctx: Context,
  poolId: string,
  part: Part,
  change: (pool: Pool) => SideSettings[Part],
  also?: (trx: Trx) => Promise<void>,
): Promise<SideSettings[Part]> {
  return ctx.db.transaction().execute(async (trx) => {
    const pool = await lockPool(trx, poolId)
    if (!pool) throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
    const changed = change(pool)
    await updateSideSettings(trx, poolId, { ...pool.sideSettings, [part]: changed })
    await also?.(trx)
    return changed
  })
}
