import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { revokeSession } from '../user-sessions.ts'

export const adminRevokeUserSession: Handler<'AdminRevokeUserSession'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)
  await revokeSession(ctx, { pool, user, id: input.SessionId!, linked: input.RevokeAssociatedSessions === 'LINKED' })
  return {}
}
