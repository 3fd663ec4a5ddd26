import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { taggedPoolId } from '../tag-rules.ts'

export const listTagsForResource: Handler<'ListTagsForResource'> = async (input, ctx) => {
  const pool = await requirePool(ctx, taggedPoolId(ctx, input.ResourceArn!))
  return { Tags: pool.settings.UserPoolTags ?? {} }
}
