import { InvalidParameter } from '../../../model/errors.ts'
import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import { readRecent } from '../../../store/read-replica.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { schemaOf } from '../../pools/schema.ts'
import { parseUserFilter } from '../../users/user-filter.ts'
import { positionOf, searchUsers, type UserPosition } from '../../users/user-search-store.ts'
import { userView } from '../../users/user-view.ts'

const maxUsers = 60

export const listUsers: Handler<'ListUsers'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const search = parseUserFilter(pool, input.Filter ?? '')
  const attributes = input.AttributesToGet?.length ? new Set(input.AttributesToGet) : undefined
  const schema = schemaOf(pool)
  if (attributes && ![...attributes].every((name) => schema.has(name) || name === 'identities'))
    throw new InvalidParameter('One or more requested attributes do not exist.')

  const limit = input.Limit || maxUsers
  const scope = `ListUsers ${pool.id} ${input.Filter ?? ''}`
  const after = decodeCursor(ctx, scope, input.PaginationToken) as UserPosition | undefined
  const rows = await readRecent(ctx, (db) => searchUsers(db, pool.id, search, { after, limit: limit + 1 }))
  const { items, next } = cutPage(rows, limit, positionOf)

  return {
    Users: items.map((user) => userView(user, { attributes })),
    PaginationToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
