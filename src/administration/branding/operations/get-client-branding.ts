import { findBranding } from '../../../pool/branding/branding-store.ts'
import { listTermsOfClient } from '../../../pool/branding/terms-store.ts'
import { requireClientOf } from '../../../pool/clients/client.ts'
import type { OwnHandler } from '../../handler.ts'

export const getClientBranding: OwnHandler<'GetClientBranding'> = async (input, ctx) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  const [branding, terms] = await Promise.all([
    findBranding(ctx.db, pool.id, { clientId: client.id }),
    listTermsOfClient(ctx.db, pool.id, client.id),
  ])
  return {
    ManagedLoginBrandingId: branding?.id,
    Terms: terms.map(({ id, name }) => ({ TermsId: id, TermsName: name })),
  }
}
