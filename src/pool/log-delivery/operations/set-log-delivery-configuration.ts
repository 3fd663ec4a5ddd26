import type { Handler } from '../../handler.ts'
import { changeSideSettings } from '../../pools/side-settings.ts'
import { checkLogConfigurations } from '../log-rules.ts'

/** All of it at once: what is not named is delivered no longer. */
export const setLogDeliveryConfiguration: Handler<'SetLogDeliveryConfiguration'> = async (input, ctx) => {
  const LogConfigurations = input.LogConfigurations!
  await changeSideSettings(ctx, input.UserPoolId!, 'logs', (pool) => {
    checkLogConfigurations(ctx, pool, LogConfigurations)
    return LogConfigurations
  })
  return { LogDeliveryConfiguration: { UserPoolId: input.UserPoolId, LogConfigurations } }
}
