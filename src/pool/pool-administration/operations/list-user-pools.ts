import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { listPools } from '../../pools/pool-store.ts'

const scope = 'ListUserPools'

export const listUserPools: Handler<'ListUserPools'> = async (input, ctx) => {
  const limit = input.MaxResults!
  const after = decodeCursor(ctx, scope, input.NextToken) as [createdAt: string, id: string] | undefined
  const rows = await listPools(ctx.db, limit + 1, after && { createdAt: new Date(after[0]), id: after[1] })
  const page = cutPage(rows, limit, (row) => [row.created_at.toISOString(), row.id])

  return {
    UserPools: page.items.map((row) => ({
      Id: row.id,
      Name: row.name,
      LambdaConfig: row.settings.LambdaConfig,
      LastModifiedDate: row.updated_at,
      CreationDate: row.created_at,
    })),
    NextToken: page.next === undefined ? undefined : encodeCursor(ctx, scope, page.next),
  }
}
