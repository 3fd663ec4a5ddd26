import type { Handlers } from '../handler.ts'
import { getProvisionedLimit } from './operations/get-provisioned-limit.ts'
import { updateProvisionedLimit } from './operations/update-provisioned-limit.ts'

export const provisionedLimitOperations = {
  GetProvisionedLimit: getProvisionedLimit,
  UpdateProvisionedLimit: updateProvisionedLimit,
} satisfies Handlers
