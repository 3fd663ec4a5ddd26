import { InvalidParameter } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { changePool } from '../../pools/change-pool.ts'
import { checkTags, taggedPoolId } from '../tag-rules.ts'

export const tagResource: Handler<'TagResource'> = async (input, ctx) => {
  await changePool(ctx, taggedPoolId(ctx, input.ResourceArn!), ({ settings }) => {
    const UserPoolTags = { ...settings.UserPoolTags, ...input.Tags }
    checkTags(ctx, UserPoolTags, InvalidParameter)
    return { settings: { ...settings, UserPoolTags } }
  })
  return {}
}
