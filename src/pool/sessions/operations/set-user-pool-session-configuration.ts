import type { Handler } from '../../handler.ts'
import { changeSideSettings } from '../../pools/side-settings.ts'
import { requireSessionTier } from '../session-config.ts'

/** The settings of clients stay while tracking is off. */
export const setUserPoolSessionConfiguration: Handler<'SetUserPoolSessionConfiguration'> = async (input, ctx) => {
  const tracking = input.UserSessionTracking!
  const maxPerUser = input.TokenSession!.MaxPerUser!
  await changeSideSettings(ctx, input.UserPoolId!, 'sessions', (pool) => {
    requireSessionTier(ctx, pool)
    return { tracking, maxPerUser, ssoMinutes: pool.sideSettings?.sessions?.ssoMinutes ?? {} }
  })
  return {
    UserPoolId: input.UserPoolId,
    UserSessionTracking: tracking,
    TokenSession: { MaxPerUser: maxPerUser },
  }
}
