import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { termsNotFound, termsView } from '../terms.ts'
import { findTerms } from '../terms-store.ts'

export const describeTerms: Handler<'DescribeTerms'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const terms = await findTerms(ctx.db, pool.id, input.TermsId)
  if (!terms) throw termsNotFound(input.TermsId)
  return { Terms: termsView(terms) }
}
