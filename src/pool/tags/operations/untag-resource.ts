import type { Handler } from '../../handler.ts'
import { changePool } from '../../pools/change-pool.ts'
import { taggedPoolId } from '../tag-rules.ts'

export const untagResource: Handler<'UntagResource'> = async (input, ctx) => {
  await changePool(ctx, taggedPoolId(ctx, input.ResourceArn!), ({ settings }) => {
    const remaining = Object.entries(settings.UserPoolTags ?? {}).filter(([key]) => !input.TagKeys!.includes(key))
    return { settings: { ...settings, UserPoolTags: Object.fromEntries(remaining) } }
  })
  return {}
}
