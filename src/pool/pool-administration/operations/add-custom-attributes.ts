import type { Handler } from '../../handler.ts'
import { requireNoImport } from '../../import/import-job.ts'
import { changePool } from '../../pools/change-pool.ts'
import { withCustomAttributes } from '../../pools/pool-schema.ts'

export const addCustomAttributes: Handler<'AddCustomAttributes'> = async (input, ctx) => {
  await requireNoImport(ctx.db, input.UserPoolId!)
  await changePool(ctx, input.UserPoolId!, ({ settings }) => ({
    settings: {
      ...settings,
      SchemaAttributes: withCustomAttributes(ctx.limits, settings.SchemaAttributes, input.CustomAttributes!),
    },
  }))
  return {}
}
