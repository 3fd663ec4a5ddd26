import { requireClientOf } from '../../clients/client.ts'
import type { Handler } from '../../handler.ts'
import { changeSideSettings } from '../../pools/side-settings.ts'
import { defaultMaxPerUser, requireSessionTier, requireTracking } from '../session-config.ts'

type Set = Handler<'SetUserPoolClientSessionConfiguration'>

export const setUserPoolClientSessionConfiguration: Set = async (input, ctx) => {
  const { client } = await requireClientOf(ctx, input.UserPoolId!, input.ClientId!)
  const MaxValidityMinutes = input.SSOSession!.MaxValidityMinutes!
  await changeSideSettings(ctx, input.UserPoolId!, 'sessions', (pool) => {
    requireSessionTier(ctx, pool)
    requireTracking(pool)
    const { tracking = 'ENABLED', maxPerUser = defaultMaxPerUser, ssoMinutes } = pool.sideSettings?.sessions ?? {}
    return { tracking, maxPerUser, ssoMinutes: { ...ssoMinutes, [client.id]: MaxValidityMinutes } }
  })
  return { UserPoolId: input.UserPoolId, ClientId: client.id, SSOSession: { MaxValidityMinutes } }
}
