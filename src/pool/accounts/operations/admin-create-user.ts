import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { userView } from '../../users/user-view.ts'
import { createInvitedUser } from '../create-invited-user.ts'
import { resendInvitation } from '../resend-invitation.ts'

export const adminCreateUser: Handler<'AdminCreateUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)

  const user =
    input.MessageAction === 'RESEND'
      ? await resendInvitation(ctx, pool, input)
      : await createInvitedUser(ctx, pool, input)

  return { User: userView(user) }
}
