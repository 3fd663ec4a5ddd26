import type { Handlers } from '../handler.ts'
import { getLogDeliveryConfiguration } from './operations/get-log-delivery-configuration.ts'
import { setLogDeliveryConfiguration } from './operations/set-log-delivery-configuration.ts'

export const logDeliveryOperations = {
  GetLogDeliveryConfiguration: getLogDeliveryConfiguration,
  SetLogDeliveryConfiguration: setLogDeliveryConfiguration,
} satisfies Handlers
