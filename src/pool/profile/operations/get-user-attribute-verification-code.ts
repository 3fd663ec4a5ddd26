import type { Context, Db } from '../../../context.ts'
import { InvalidParameter, UserNotFound } from '../../../model/errors.ts'
import {
  isHeld,
  isVerifiable,
  prepareVerification,
  queueVerification,
  type Verifiable,
} from '../../codes/verification.ts'
import type { Handler } from '../../handler.ts'
import { awaitFirstAttempt, codeDelivery } from '../../messages/send.ts'
import type { Pool } from '../../pools/pool.ts'
import { useQuota } from '../../quotas/quota.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { lockUser } from '../../users/lock-user-store.ts'
import type { User } from '../../users/user.ts'
import { findPendingValue } from '../pending-value-store.ts'

/** Sends a code to the user's address, or to the new one that takes effect once it is verified. */
export const getUserAttributeVerificationCode: Handler<'GetUserAttributeVerificationCode'> = async (input, ctx) => {
  const { pool, client, user } = await requireAccessToken(ctx, input.AccessToken)
  const attribute = input.AttributeName!
  if (!isVerifiable(attribute)) throw new InvalidParameter('Only email and phone_number can be verified.')
  await useQuota(ctx, { poolId: pool.id, action: 'GetUserAttributeVerificationCode', subject: user.id })

  const expected = await addressToVerify(ctx, ctx.db, pool, user, attribute)
  const about = { kind: 'VerifyUserAttribute', clientId: client.id, clientMetadata: input.ClientMetadata } as const
  const plan = await prepareVerification(ctx, pool, user, expected ? { [attribute]: expected } : {}, about)
  const sent = await ctx.db.transaction().execute(async (trx) => {
    const present = await lockUser(trx, pool.id, user.id)
    if (!present) throw new UserNotFound()
    const value = await addressToVerify(ctx, trx, pool, present, attribute)
    if (!value) throw new InvalidParameter(`The user has no ${attribute} to verify.`)
    const message = await queueVerification(trx, ctx, pool, present, attribute, value, { ...about, plan })
    return { value, messageId: message.id }
  })
  await awaitFirstAttempt(ctx, sent.messageId)
  return { CodeDeliveryDetails: codeDelivery(attribute, sent.value) }
}

/** The address that waits for its verification, else the one that the user has. */
async function addressToVerify(
  ctx: Context,
  db: Db,
  pool: Pool,
  user: User,
  attribute: Verifiable,
): Promise<string | undefined> {
  const pending = isHeld(pool, attribute)
    ? await findPendingValue(db, pool.id, user.id, attribute, ctx.clock.now())
    : undefined
  return pending ?? user.attributes[attribute]
}
