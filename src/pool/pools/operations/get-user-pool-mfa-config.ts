import type { Handler } from '../../handler.ts'
import { requirePool } from '../pool.ts'
import { mfaConfigView } from '../pool-view.ts'

export const getUserPoolMfaConfig: Handler<'GetUserPoolMfaConfig'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  return mfaConfigView(pool.settings)
}
