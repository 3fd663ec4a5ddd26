import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { providerNotFound } from '../identity-provider.ts'
import { deleteProvider } from '../provider-store.ts'

/** Its users keep their profiles and links. Clients that still name the provider can't use it. */
export const deleteIdentityProvider: Handler<'DeleteIdentityProvider'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await deleteProvider(trx, pool.id, input.ProviderName))) throw providerNotFound(input.ProviderName)
    await bumpPoolRevision(trx, pool.id)
  })
  return {}
}
