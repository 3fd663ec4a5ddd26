import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { OwnHandler } from '../../handler.ts'
import { listRoles as list } from '../role-store.ts'
import { roleView } from '../role-view.ts'

export const listRoles: OwnHandler<'ListRoles'> = async (input, ctx) => {
  const after = decodeCursor(ctx, 'ListRoles', input.NextToken) as string | undefined
  const limit = input.MaxResults ?? 60
  const { items, next } = cutPage(await list(ctx.db, after, limit + 1), limit, ({ name }) => name)
  return {
    Roles: items.map((role) => roleView(ctx.config, role)),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, 'ListRoles', next),
  }
}
