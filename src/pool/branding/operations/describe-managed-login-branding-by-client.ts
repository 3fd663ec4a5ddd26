import { ResourceNotFound } from '../../../model/errors.ts'
import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { describeBranding } from '../branding.ts'
import { findBranding } from '../branding-store.ts'

export const describeManagedLoginBrandingByClient: Handler<'DescribeManagedLoginBrandingByClient'> = async (
  input,
  ctx,
) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  const branding = await findBranding(ctx.db, pool.id, { clientId: client.id })
  if (!branding) throw new ResourceNotFound(`ManagedLoginBranding for client ${client.id} does not exist.`)
  return describeBranding(ctx, branding, input.ReturnMergedResources)
}
