import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { brandingNotFound } from '../branding.ts'
import { bumpClientRevision, deleteBranding } from '../branding-store.ts'

export const deleteManagedLoginBranding: Handler<'DeleteManagedLoginBranding'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  await ctx.db.transaction().execute(async (trx) => {
    const deleted = await deleteBranding(trx, pool.id, input.ManagedLoginBrandingId)
    if (!deleted) throw brandingNotFound()
    await bumpClientRevision(trx, pool.id, deleted.clientId)
  })
  return {}
}
