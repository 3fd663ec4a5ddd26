import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { OwnHandler } from '../../handler.ts'
import { listAccessKeys as list } from '../access-key-store.ts'
import { accessKeyView } from '../access-key-view.ts'

export const listAccessKeys: OwnHandler<'ListAccessKeys'> = async (input, ctx) => {
  const scope = `ListAccessKeys ${input.RoleName ?? ''}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined
  const limit = input.MaxResults ?? 60
  const { items, next } = cutPage(await list(ctx.db, input.RoleName, after, limit + 1), limit, ({ id }) => id)
  return {
    AccessKeys: items.map((key) => accessKeyView(key, ctx.clock.now())),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
