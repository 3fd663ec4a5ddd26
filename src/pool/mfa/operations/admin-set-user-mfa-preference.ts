import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { setPreferences } from '../preferences.ts'

export const adminSetUserMFAPreference: Handler<'AdminSetUserMFAPreference'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  await setPreferences(ctx, pool, user, input, 'admin')
  return {}
}
