import { checkAttributes } from '../../attributes/schema.ts'
import { attributesToVerify, prepareVerification, queueVerification, withoutHeld } from '../../codes/verification.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { changeAttributes } from '../../users/change-attributes.ts'
import { requireUser } from '../../users/user.ts'

/** An alias that an administrator marks as verified moves to this user, even from another one. */
export const adminUpdateUserAttributes: Handler<'AdminUpdateUserAttributes'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  const changes = checkAttributes(pool, input.UserAttributes, { creating: false, writer: 'admin' })

  const now = ctx.clock.now()
  const toVerify = attributesToVerify(pool, user, changes)
  const addresses = Object.fromEntries(toVerify.map((attribute) => [attribute, changes[attribute]!]))
  const message = { kind: 'UpdateUserAttribute', clientMetadata: input.ClientMetadata } as const
  const plan = await prepareVerification(ctx, pool, user, addresses, message)
  await ctx.db.transaction().execute(async (trx) => {
    await changeAttributes(trx, pool, user, withoutHeld(pool, user, changes), { now, force: true })
    for (const attribute of toVerify)
      await queueVerification(trx, ctx, pool, user, attribute, changes[attribute]!, { ...message, plan })
  })
  return {}
}
