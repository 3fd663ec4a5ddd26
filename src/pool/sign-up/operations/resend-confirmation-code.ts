import { InvalidParameter, NotAuthorized, UserDisabled } from '../../../model/errors.ts'
import { simulateCode } from '../../codes/simulated-code.ts'
import type { Handler } from '../../handler.ts'
import { awaitFirstAttempt, codeDelivery, mediumOf } from '../../messages/send.ts'
import { useQuota } from '../../quotas/quota.ts'
import { prepareMessage } from '../../triggers/custom-message.ts'
import { lockUser } from '../../users/lock-user-store.ts'
import { requireNamed, unknownName } from '../../users/named-user.ts'
import { autoVerified, confirmationAttribute, queueSignUpCode, signUpCodeLife, signUpPurpose } from '../sign-up-code.ts'

/** Sends a new code to the same address; the old one becomes invalid. */
export const resendConfirmationCode: Handler<'ResendConfirmationCode'> = async (input, ctx) => {
  const { pool, client, typed, user, hides, subject } = await requireNamed(ctx, input)
  const attributes = autoVerified(pool)
  if (attributes.length === 0) throw new NotAuthorized('Cannot resend codes. Auto verification not turned on.')
  await useQuota(ctx, { poolId: pool.id, action: 'ResendConfirmationCode', subject })
  if (user?.enabled && user.status !== 'UNCONFIRMED')
    throw new InvalidParameter('User is already confirmed.', { reason: 'user-confirmed' })

  const attribute = user?.enabled && confirmationAttribute(pool, user.attributes)
  if (!user || !attribute) {
    if (user && !hides) throw refusal(user)
    const simulation = { pool, typed, purpose: signUpPurpose, kind: 'ResendCode', attributes } as const
    return { CodeDeliveryDetails: await simulateCode(ctx, { ...simulation, lifetime: signUpCodeLife }) }
  }

  const value = user.attributes[attribute]!
  const plan = await prepareMessage(ctx, pool, {
    kind: 'ResendCode',
    mediums: [mediumOf(attribute)],
    user,
    clientId: client.id,
    clientMetadata: input.ClientMetadata,
  })
  const { id } = await ctx.db.transaction().execute(async (trx) => {
    if (!(await lockUser(trx, pool.id, user.id))) throw unknownName()
    const to = { userId: user.id, username: typed, clientId: client.id, attribute, value, plan }
    return queueSignUpCode(trx, ctx, pool, { kind: 'ResendCode', ...to })
  })
  if (!hides) await awaitFirstAttempt(ctx, id)
  return { CodeDeliveryDetails: codeDelivery(attribute, value) }
}

const refusal = ({ enabled }: { enabled: boolean }): Error =>
  enabled
    ? new InvalidParameter('The user has no email or phone_number that the user pool verifies.')
    : new UserDisabled()
