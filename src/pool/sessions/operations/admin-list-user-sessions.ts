import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { listSessions } from '../user-sessions.ts'

export const adminListUserSessions: Handler<'AdminListUserSessions'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)
  return listSessions(ctx, { pool, user, nextToken: input.NextToken })
}
