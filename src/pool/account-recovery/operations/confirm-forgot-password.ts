import type { Context } from '../../../context.ts'
import { ExpiredCode } from '../../../model/errors.ts'
import { forgetGuesses } from '../../attempts/attempt-store.ts'
import { type CheckedCode, checkCode, consumeCode } from '../../codes/code.ts'
import { refuseSimulatedCode } from '../../codes/simulated-code.ts'
import type { Handler } from '../../handler.ts'
import { addNotices } from '../../notices/add-notices.ts'
import {
  checkPasswordHistory,
  type PreparedPassword,
  preparePassword,
  storePassword,
} from '../../passwords/password.ts'
import { checkPasswordPolicy } from '../../passwords/password-policy.ts'
import type { Pool } from '../../pools/pool.ts'
import { useQuota } from '../../quotas/quota.ts'
import { postConfirmation } from '../../triggers/post-confirmation.ts'
import { requireNamed } from '../../users/named-user.ts'
import type { User } from '../../users/user.ts'
import { changeStatus } from '../../users/user-store.ts'
import { recoveryOf, recoveryPurpose, stateRefusal, wrongState } from '../recovery.ts'

/**
 * Sets a new password in exchange for the code. The password is checked before the code, except against old passwords:
 * only somebody with the right code may learn about those. A refused password does not use up the code. Tokens stay
 * valid, as on the service.
 */
export const confirmForgotPassword: Handler<'ConfirmForgotPassword'> = async (input, ctx) => {
  const { pool, client, typed, user, hides, subject } = await requireNamed(ctx, input)
  checkPasswordPolicy(pool, input.Password!, 'change')
  await useQuota(ctx, { poolId: pool.id, action: 'ConfirmForgotPassword', subject })
  if (!user || (hides && 'refusal' in (await recoveryOf(ctx, pool, user))))
    return refuseSimulatedCode(ctx, { pool, typed, purpose: recoveryPurpose })
  const refusal = stateRefusal(user)
  if (refusal) throw refusal

  const guess = { poolId: pool.id, userId: user.id, purpose: recoveryPurpose, code: input.ConfirmationCode! }
  const checked = await checkCode(ctx, guess)
  await checkPasswordHistory(ctx, pool, user.id, input.Password!)
  const password = await preparePassword(ctx, pool, user, input.Password!)
  const changed = await replacePassword(ctx, pool, user, checked, password)
  const { ClientMetadata: clientMetadata } = input
  const confirmation = {
    source: 'PostConfirmation_ConfirmForgotPassword',
    clientId: client.id,
    clientMetadata,
  } as const
  await postConfirmation(ctx, pool, { ...confirmation, user: changed })
  return {}
}

async function replacePassword(
  ctx: Context,
  pool: Pool,
  user: User,
  checked: CheckedCode,
  password: PreparedPassword,
): Promise<User> {
  const now = ctx.clock.now()
  const notice = { userId: user.id, event: { kind: 'credential-change', by: 'user' } } as const
  return ctx.db.transaction().execute(async (trx) => {
    const changed = await changeStatus(trx, pool.id, user.id, user.status, 'CONFIRMED', now)
    if (!changed) throw wrongState()
    const refusal = stateRefusal(changed)
    if (refusal) throw refusal
    // The code was sent to an address that the user no longer has.
    if (checked.attribute && changed.attributes[checked.attribute] !== checked.value) throw new ExpiredCode()
    await consumeCode(trx, checked)
    await storePassword(trx, pool.id, user.id, password, now)
    await forgetGuesses(trx, { poolId: pool.id, kind: 'password', subject: user.id })
    await addNotices(ctx, trx, pool, notice)
    return changed
  })
}
