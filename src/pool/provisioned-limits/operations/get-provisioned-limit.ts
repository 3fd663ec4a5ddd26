import type { Handler } from '../../handler.ts'
import { limitView, requireCategory } from '../limit-view.ts'
import { listRates } from '../rate-store.ts'

export const getProvisionedLimit: Handler<'GetProvisionedLimit'> = async (input, ctx) => {
  const category = requireCategory(input.LimitDefinition!)
  return { Limit: limitView(ctx.limits, category, (await listRates(ctx.db)).get(category)) }
}
