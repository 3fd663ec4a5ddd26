import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { requireUser } from '../../users/user.ts'
import { setMfaOptions } from '../preferences.ts'

export const adminSetUserSettings: Handler<'AdminSetUserSettings'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  await setMfaOptions(ctx, pool, user, input.MFAOptions, 'admin')
  return {}
}
