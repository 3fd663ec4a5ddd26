import { UserPoolTagging } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireNoImport } from '../../import/import-job.ts'
import { changePool } from '../../pools/change-pool.ts'
import { checkPoolSettings } from '../../pools/pool-rules.ts'
import { updatedPoolSettings } from '../../pools/pool-settings.ts'
import { checkTags } from '../../tags/tag-rules.ts'

export const updateUserPool: Handler<'UpdateUserPool'> = async (input, ctx) => {
  await requireNoImport(ctx.db, input.UserPoolId!)
  await changePool(ctx, input.UserPoolId!, (pool) => {
    const settings = updatedPoolSettings(pool.settings, input)
    checkPoolSettings(ctx, settings)
    checkTags(ctx, settings.UserPoolTags ?? {}, UserPoolTagging)
    return { name: input.PoolName ?? pool.name, settings }
  })
  return {}
}
