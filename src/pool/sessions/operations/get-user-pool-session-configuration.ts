import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { maxPerUser } from '../session-config.ts'

export const getUserPoolSessionConfiguration: Handler<'GetUserPoolSessionConfiguration'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  return {
    UserPoolId: pool.id,
    UserSessionTracking: pool.sideSettings?.sessions?.tracking ?? 'DISABLED',
    TokenSession: { MaxPerUser: maxPerUser(pool) },
  }
}
