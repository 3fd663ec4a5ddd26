import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'

export const getLogDeliveryConfiguration: Handler<'GetLogDeliveryConfiguration'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId!)
  return { LogDeliveryConfiguration: { UserPoolId: pool.id, LogConfigurations: pool.sideSettings?.logs ?? [] } }
}
