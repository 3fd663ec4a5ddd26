import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { termsNotFound, termsView } from '../terms.ts'
import { listTermsOfClient } from '../terms-store.ts'

export const describeTermsByClient: Handler<'DescribeTermsByClient'> = async (input, ctx) => {
  const { pool, client } = await requireClientOf(ctx, input.UserPoolId, input.ClientId)
  const terms = (await listTermsOfClient(ctx.db, pool.id, client.id)).find(({ name }) => name === input.TermsName)
  if (!terms) throw termsNotFound(input.TermsName)
  return { Terms: termsView(terms) }
}
