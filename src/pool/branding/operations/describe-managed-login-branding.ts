import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { brandingNotFound, describeBranding } from '../branding.ts'
import { findBranding } from '../branding-store.ts'

export const describeManagedLoginBranding: Handler<'DescribeManagedLoginBranding'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const branding = await findBranding(ctx.db, pool.id, { id: input.ManagedLoginBrandingId })
  if (!branding) throw brandingNotFound()
  return describeBranding(ctx, branding, input.ReturnMergedResources)
}
