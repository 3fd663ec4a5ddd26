import { InvalidParameter, ServiceQuotaExceeded } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { limitView, requireCategory } from '../limit-view.ts'
import { putRate } from '../rate-store.ts'

/** Stands for the account's quota. On the service, more has to be requested. */
const maxTimesFree = 10

export const updateProvisionedLimit: Handler<'UpdateProvisionedLimit'> = async (input, ctx) => {
  const category = requireCategory(input.LimitDefinition!)
  const requested = input.RequestedLimitValue!
  const free = ctx.limits[category]
  if (requested < free) throw new InvalidParameter(`The limit must be at least ${free} requests per second.`)
  if (requested > free * maxTimesFree)
    throw new ServiceQuotaExceeded(`The limit can be at most ${free * maxTimesFree} requests per second.`)
  await putRate(ctx.db, category, requested)
  return { Limit: limitView(ctx.limits, category, requested) }
}
