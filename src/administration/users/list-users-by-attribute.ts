import { InvalidParameter } from '../../model/errors.ts'
import type { ListedUser } from '../../model/poolhouse-operations.ts'
import { requirePool } from '../../pool/pools/pool.ts'
import { schemaOf } from '../../pool/pools/schema.ts'
import { scanUsers } from '../../pool/users/user-search-store.ts'
import { userView } from '../../pool/users/user-view.ts'
import { decodeCursor, encodeCursor } from '../../store/page.ts'
import { readRecent } from '../../store/read-replica.ts'
import type { OwnHandler } from '../handler.ts'

const maxUsers = 60

/** No index has custom attributes, so a page ends after as many users as one statement reads in a few milliseconds. */
const maxScanned = 10_000

export const listUsersByAttribute: OwnHandler<'ListUsersByAttribute'> = async (input, ctx) => {
  const { UserPoolId, AttributeName: attribute, Contains: text } = input
  const pool = await requirePool(ctx, UserPoolId)
  if (!schemaOf(pool).has(attribute)) throw new InvalidParameter('The attribute does not exist in the schema.')
  const scope = `ListUsersByAttribute ${pool.id} ${attribute} ${text}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined
  const limit = input.MaxResults ?? maxUsers
  const { users, next } = await readRecent(ctx, (db) =>
    scanUsers(db, pool.id, { attribute, text, after, limit, maxScanned }),
  )
  return {
    Users: users.map((user) => userView(user) as ListedUser),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
