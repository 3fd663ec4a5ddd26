import type { Handler } from '../../handler.ts'
import { requireScope, uiCustomizationView } from '../ui-customization.ts'
import { findUiCustomization } from '../ui-customization-store.ts'

/** The client's customization, else that of all clients, else an empty one. */
export const getUICustomization: Handler<'GetUICustomization'> = async (input, ctx) => {
  const { pool, scope } = await requireScope(ctx, input.UserPoolId, input.ClientId)
  const customization = await findUiCustomization(ctx.db, pool.id, scope)
  return { UICustomization: uiCustomizationView(ctx, pool, customization) }
}
