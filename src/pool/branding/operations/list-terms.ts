import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { termsDescription } from '../terms.ts'
import { listTerms as listDocuments } from '../terms-store.ts'

export const listTerms: Handler<'ListTerms'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const scope = `ListTerms ${pool.id}`
  const after = decodeCursor(ctx, scope, input.NextToken) as { createdAt: string; id: string } | undefined

  const limit = input.MaxResults ?? 60
  const terms = await listDocuments(ctx.db, pool.id, { after, limit: limit + 1 })
  const { items, next } = cutPage(terms, limit, ({ createdAt, id }) => ({ createdAt: createdAt.toISOString(), id }))
  return {
    Terms: items.map(termsDescription),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
