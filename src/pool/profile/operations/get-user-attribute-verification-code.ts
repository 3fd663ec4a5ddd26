import { InvalidParameter, UserNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { awaitFirstAttempt, codeDelivery } from '../../messages/send.ts'
import { limits } from '../../quotas/limits.ts'
import { useQuota } from '../../quotas/quota.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { lockUser } from '../../users/lock-user-store.ts'
import { isHeld, isVerifiable, queueVerification } from '../../users/verification.ts'
import { findPendingValue } from '../pending-value-store.ts'

/** A code to the user's address, or, where the pool holds a new one back until it is verified, to that. */
export const getUserAttributeVerificationCode: Handler<'GetUserAttributeVerificationCode'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  const attribute = input.AttributeName!
  if (!isVerifiable(attribute)) throw new InvalidParameter('Only email and phone_number can be verified.')
  const quota = { poolId: pool.id, action: 'GetUserAttributeVerificationCode', subject: user.id }
  await useQuota(ctx, { ...quota, ...limits.GetUserAttributeVerificationCode })

  const sent = await ctx.db.transaction().execute(async (trx) => {
    const present = await lockUser(trx, pool.id, user.id)
    if (!present) throw new UserNotFound()
    const pending = isHeld(pool, attribute)
      ? await findPendingValue(trx, pool.id, user.id, attribute, ctx.clock.now())
      : undefined
    const value = pending ?? present.attributes[attribute]
    if (!value) throw new InvalidParameter(`The user has no ${attribute} to verify.`)
    const message = await queueVerification(trx, ctx, pool, present, attribute, value, 'VerifyUserAttribute')
    return { value, messageId: message.id }
  })
  await awaitFirstAttempt(ctx, sent.messageId)
  return { CodeDeliveryDetails: codeDelivery(attribute, sent.value) }
}
