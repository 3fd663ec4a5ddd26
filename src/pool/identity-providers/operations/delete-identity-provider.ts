import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpPoolRevision } from '../../pools/pool-store.ts'
import { providerNotFound } from '../identity-provider.ts'
import { deleteProvider } from '../provider-store.ts'

/** Its users stay, with their profiles and what they are linked to. Clients that name it do so without effect. */
export const deleteIdentityProvider: Handler<'DeleteIdentityProvider'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await deleteProvider(trx, pool.id, input.ProviderName))) throw providerNotFound(input.ProviderName)
    await bumpPoolRevision(trx, pool.id)
  })
  return {}
}
