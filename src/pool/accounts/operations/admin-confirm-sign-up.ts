import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { postConfirmation } from '../../triggers/post-confirmation.ts'
import { cannotConfirm, findUser, requireUser } from '../../users/user.ts'
import { changeStatus } from '../../users/user-store.ts'

/** Confirms the account and verifies nothing: addresses stay as they are. */
export const adminConfirmSignUp: Handler<'AdminConfirmSignUp'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  const confirmed = await changeStatus(ctx.db, pool.id, user.id, 'UNCONFIRMED', 'CONFIRMED', ctx.clock.now())
  if (!confirmed) {
    const present = await findUser(ctx.db, pool, user.id)
    throw cannotConfirm(present ?? user)
  }
  const { ClientMetadata: clientMetadata } = input
  await postConfirmation(ctx, pool, { source: 'PostConfirmation_ConfirmSignUp', user: confirmed, clientMetadata })
  return {}
}
