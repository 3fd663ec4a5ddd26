import type { RequestContext } from '../../../context.ts'
import type { Handler } from '../../handler.ts'
import { findMfa, findUserWithMfa } from '../../mfa/mfa-store.ts'
import { mfaView } from '../../mfa/mfa-view.ts'
import { type Pool, requirePool } from '../../pools/pool.ts'
import { loginName, requireUser } from '../../users/user.ts'
import { userView } from '../../users/user-view.ts'

export const adminGetUser: Handler<'AdminGetUser'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const byName = await findUserWithMfa(ctx.db, pool.id, loginName(pool, input.Username!))
  const { user, mfa } = byName ?? (await bySub(ctx, pool, input.Username!))

  const { Attributes, ...view } = userView(user)
  return { ...view, Username: user.username, UserAttributes: Attributes, ...mfaView(mfa) }
}

async function bySub({ db }: RequestContext, pool: Pool, sub: string) {
  const user = await requireUser(db, pool, sub)
  return { user, mfa: await findMfa(db, pool.id, user.id) }
}
