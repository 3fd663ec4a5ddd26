import { InvalidParameter } from '../../../model/errors.ts'
import { checkAttributes, schemaOf } from '../../attributes/schema.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { changeAttributes } from '../../users/change-attributes.ts'
import { requireUser } from '../../users/user.ts'

export const adminDeleteUserAttributes: Handler<'AdminDeleteUserAttributes'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  const schema = schemaOf(pool)
  const unknown = input.UserAttributeNames.filter((name) => !schema.has(name))
  if (unknown.length > 0) {
    const faults = unknown.map((name) => `user.${name}: Attribute does not exist in the schema.\n`)
    throw new InvalidParameter(`Invalid user attributes: ${faults.join('')}`)
  }

  const removals = input.UserAttributeNames.map((Name) => ({ Name, Value: '' }))
  const changes = checkAttributes(pool, removals, { creating: false, writer: 'admin' })
  await ctx.db.transaction().execute((trx) => changeAttributes(trx, pool, user, changes, { now: ctx.clock.now() }))
  return {}
}
