import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { bumpClientRevision } from '../branding-store.ts'
import { termsNotFound } from '../terms.ts'
import { deleteTerms as removeTerms } from '../terms-store.ts'

export const deleteTerms: Handler<'DeleteTerms'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  await ctx.db.transaction().execute(async (trx) => {
    const deleted = await removeTerms(trx, pool.id, input.TermsId)
    if (!deleted) throw termsNotFound(input.TermsId)
    await bumpClientRevision(trx, pool.id, deleted.clientId)
  })
  return {}
}
