import { createPreviewLink } from '../../../pool/branding/preview-link.ts'
import { requireClientOf } from '../../../pool/clients/client.ts'
import type { OwnHandler } from '../../handler.ts'

export const createBrandingPreview: OwnHandler<'CreateBrandingPreview'> = async (input, ctx) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  const path = await createPreviewLink(ctx.db, { poolId: pool.id, clientId: client.id }, ctx.clock.now())
  return { Url: `${ctx.config.publicUrl}${path}` }
}
