import type { Handler } from '../../handler.ts'
import { findMfa } from '../../mfa/mfa-store.ts'
import { mfaView } from '../../mfa/mfa-view.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../user.ts'
import { userView } from '../user-view.ts'

export const adminGetUser: Handler<'AdminGetUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)

  const { Attributes, ...view } = userView(user)
  const mfa = mfaView(await findMfa(ctx.db, pool.id, user.id))
  return { ...view, Username: user.username, UserAttributes: Attributes, ...mfa }
}
