import { checkAttributes, requireKnown } from '../../attributes/schema.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { changeAttributes } from '../../users/change-attributes.ts'
import { requireUser } from '../../users/user.ts'

export const adminDeleteUserAttributes: Handler<'AdminDeleteUserAttributes'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  requireKnown(pool, input.UserAttributeNames)

  const removals = input.UserAttributeNames.map((Name) => ({ Name, Value: '' }))
  const changes = checkAttributes(pool, removals, { creating: false, writer: 'admin' })
  await ctx.db.transaction().execute((trx) => changeAttributes(trx, pool, user, changes, { now: ctx.clock.now() }))
  return {}
}
