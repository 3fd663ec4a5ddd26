import { ExpiredCode, UserDisabled } from '../../../model/errors.ts'
import { checkCode, consumeCode } from '../../codes/code.ts'
import { refuseSimulatedCode } from '../../codes/simulated-code.ts'
import type { Handler } from '../../handler.ts'
import { useQuota } from '../../quotas/quota.ts'
import { confirmSignUpSession } from '../../sign-in/sign-up-session.ts'
import { postConfirmation } from '../../triggers/post-confirmation.ts'
import { changeAttributes } from '../../users/change-attributes.ts'
import { requireNamed, unknownName } from '../../users/named-user.ts'
import { cannotConfirm } from '../../users/user.ts'
import { changeStatus, findUserById } from '../../users/user-store.ts'
import { signUpPurpose } from '../sign-up-code.ts'

/**
 * The code proves the address that it was sent to: the account is confirmed, the address verified and, if it is an
 * alias, usable for sign-in. If another user has the alias, nothing changes, and the code stays valid.
 */
export const confirmSignUp: Handler<'ConfirmSignUp'> = async (input, ctx) => {
  const { pool, client, typed, user, subject } = await requireNamed(ctx, input)
  await useQuota(ctx, { poolId: pool.id, action: 'ConfirmSignUp', subject })
  if (!user) return refuseSimulatedCode(ctx, { pool, typed, purpose: signUpPurpose })
  if (!user.enabled) throw new UserDisabled()
  if (user.status !== 'UNCONFIRMED') throw cannotConfirm(user)

  const code = { poolId: pool.id, userId: user.id, purpose: signUpPurpose, code: input.ConfirmationCode! }
  const checked = await checkCode(ctx, code)
  const now = ctx.clock.now()
  const { verified, session } = await ctx.db.transaction().execute(async (trx) => {
    const confirmed = await changeStatus(trx, pool.id, user.id, 'UNCONFIRMED', 'CONFIRMED', now)
    if (!confirmed) {
      const present = await findUserById(trx, pool.id, user.id)
      throw present ? cannotConfirm(present) : unknownName()
    }
    const { attribute, value } = checked
    // The code was sent to an address that the user no longer has.
    if (!attribute || confirmed.attributes[attribute] !== value) throw new ExpiredCode()
    await consumeCode(trx, checked)
    const proven = { [`${attribute}_verified`]: 'true' }
    const verified = await changeAttributes(trx, pool, confirmed, proven, { now, force: input.ForceAliasCreation })
    const owner = { pool, client, driver: 'api' as const }
    return {
      verified,
      session: await confirmSignUpSession(trx, ctx, owner, user, { session: input.Session, attribute }),
    }
  })
  const { ClientMetadata: clientMetadata } = input
  const confirmation = { source: 'PostConfirmation_ConfirmSignUp', clientId: client.id, clientMetadata } as const
  await postConfirmation(ctx, pool, { ...confirmation, user: verified })
  return { Session: session }
}
