import type { Handler } from '../../handler.ts'
import { changeSideSettings } from '../../pools/side-settings.ts'
import { checkLogConfigurations } from '../log-rules.ts'

/** Replaces the whole configuration: delivery stops for sources that are left out. */
export const setLogDeliveryConfiguration: Handler<'SetLogDeliveryConfiguration'> = async (input, ctx) => {
  const LogConfigurations = input.LogConfigurations!
  await changeSideSettings(ctx, input.UserPoolId!, 'logs', (pool) => {
    checkLogConfigurations(ctx, pool, LogConfigurations)
    return LogConfigurations
  })
  return { LogDeliveryConfiguration: { UserPoolId: input.UserPoolId, LogConfigurations } }
}
