import type { Trx } from '../../context.ts'
import type { SideSettings } from '../../model/settings.ts'

export async function updateSideSettings(trx: Trx, poolId: string, settings: SideSettings): Promise<void> {
  await trx
    .updateTable('pools')
    .set((eb) => ({ side_settings: settings, revision: eb('revision', '+', 1) }))
    .where('id', '=', poolId)
    .execute()
}
