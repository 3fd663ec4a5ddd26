import { ExpiredCode, InvalidParameter, UserNotFound } from '../../../model/errors.ts'
import { checkCode, consumeCode } from '../../codes/code.ts'
import { isHeld, isVerifiable, verificationPurpose } from '../../codes/verification.ts'
import type { Handler } from '../../handler.ts'
import { useQuota } from '../../quotas/quota.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { changeAttributes } from '../../users/change-attributes.ts'
import { lockUser } from '../../users/lock-user-store.ts'

/**
 * The code proves the address that it was sent to; a new address that was waiting for it replaces the old one. An alias
 * belongs to the user who proved it last: its former owner keeps the address, unverified.
 */
export const verifyUserAttribute: Handler<'VerifyUserAttribute'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  const attribute = input.AttributeName!
  if (!isVerifiable(attribute)) throw new InvalidParameter('Only email and phone_number can be verified.')
  await useQuota(ctx, { poolId: pool.id, action: 'VerifyUserAttribute', subject: user.id })

  const purpose = verificationPurpose(attribute)
  const checked = await checkCode(ctx, { poolId: pool.id, userId: user.id, purpose, code: input.Code! })
  const now = ctx.clock.now()
  await ctx.db.transaction().execute(async (trx) => {
    const present = await lockUser(trx, pool.id, user.id)
    if (!present) throw new UserNotFound()
    const { value } = checked
    const isNew = value !== present.attributes[attribute]
    // The code was sent to an address that the user no longer has.
    if (!value || (isNew && !isHeld(pool, attribute))) throw new ExpiredCode()
    await consumeCode(trx, checked)
    const proven = { ...(isNew && { [attribute]: value }), [`${attribute}_verified`]: 'true' }
    await changeAttributes(trx, pool, present, proven, { now, force: true })
  })
  return {}
}
