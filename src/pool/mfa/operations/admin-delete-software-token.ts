import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { deleteSoftwareToken } from '../mfa-store.ts'

/** For users who have lost their phone: the next sign-in falls back to another factor, or sets a new one up. */
export const adminDeleteSoftwareToken: Handler<'AdminDeleteSoftwareToken'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  const user = await requireUser(ctx.db, pool, input.Username!)
  await ctx.db.transaction().execute((trx) => deleteSoftwareToken(trx, pool.id, user.id))
  return {}
}
