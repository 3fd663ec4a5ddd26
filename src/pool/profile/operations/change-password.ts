import type { Context } from '../../../context.ts'
import {
  InvalidParameter,
  NotAuthorized,
  PasswordResetRequired,
  UserDisabled,
  UserNotFound,
  WrongCredentials,
} from '../../../model/errors.ts'
import { countedGuess } from '../../attempts/lock-out.ts'
import type { Handler } from '../../handler.ts'
import { addNotices } from '../../notices/add-notices.ts'
import {
  checkPasswordHistory,
  findPassword,
  passwordMatches,
  preparePassword,
  type StoredPassword,
  storePassword,
} from '../../passwords/password.ts'
import { checkPasswordPolicy } from '../../passwords/password-policy.ts'
import { useQuota } from '../../quotas/quota.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { lockUser } from '../../users/lock-user-store.ts'
import type { User } from '../../users/user.ts'

/** A guess at the previous password counts like one at a sign-in. Tokens stay alive, as on the service. */
export const changePassword: Handler<'ChangePassword'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken)
  requireOwnPassword(user)
  const proposed = input.ProposedPassword!
  checkPasswordPolicy(pool, proposed, 'change')
  await useQuota(ctx, { poolId: pool.id, action: 'ChangePassword', subject: user.id })

  const former = await findPassword(ctx.db, pool.id, user.id)
  await provePrevious(ctx, user, former, input.PreviousPassword)
  await checkPasswordHistory(ctx, pool, user.id, proposed)
  const password = await preparePassword(ctx, pool, user, proposed)

  const now = ctx.clock.now()
  const notice = { userId: user.id, event: { kind: 'credential-change', by: 'user' } } as const
  await ctx.db.transaction().execute(async (trx) => {
    const present = await lockUser(trx, pool.id, user.id)
    if (!present) throw new UserNotFound()
    requireOwnPassword(present)
    // The password was changed in the meantime, and that change wins.
    const held = await findPassword(trx, pool.id, user.id)
    if (held?.hash !== former?.hash) throw new WrongCredentials()
    await storePassword(trx, pool.id, user.id, password, now)
    await addNotices(ctx, trx, pool, notice)
  })
  return {}
}

/** A user without a password signs in by codes or passkeys and has no previous one to send. */
async function provePrevious(
  ctx: Context,
  { poolId, id }: User,
  former: StoredPassword | undefined,
  previous: string | undefined,
): Promise<void> {
  if (!former && !previous) return
  if (!previous)
    throw new InvalidParameter('Missing required parameter PreviousPassword', {
      reason: 'required',
      field: 'PreviousPassword',
    })
  const guess = { poolId, kind: 'password', subject: { id } } as const
  if (!(await countedGuess(ctx, guess, () => passwordMatches(ctx, { id: poolId }, former, previous))))
    throw new WrongCredentials()
}

/** @throws PasswordResetRequiredException, NotAuthorizedException for a password that is an administrator's or a provider's */
function requireOwnPassword({ enabled, status }: User): void {
  if (!enabled) throw new UserDisabled()
  if (status === 'RESET_REQUIRED') throw new PasswordResetRequired()
  if (status !== 'CONFIRMED')
    throw new NotAuthorized('User password cannot be changed in the current state.', { reason: 'user-state' })
}
