import { observeResult } from '../../clients/observe-result.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { userView } from '../../users/user-view.ts'
import { createInvitedUser } from '../create-invited-user.ts'
import { resendInvitation } from '../resend-invitation.ts'

export const adminCreateUser: Handler<'AdminCreateUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)

  if (input.MessageAction === 'RESEND') return { User: userView(await resendInvitation(ctx, pool, input)) }
  const user = await observeResult(
    () => createInvitedUser(ctx, pool, input),
    (result) => ctx.observe('signUp', { poolId: pool.id, clientId: 'Admin', result }),
  )
  return { User: userView(user) }
}
