import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { mfaConfigView } from '../../pools/pool-view.ts'

export const getUserPoolMfaConfig: Handler<'GetUserPoolMfaConfig'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  return mfaConfigView(pool.settings)
}
