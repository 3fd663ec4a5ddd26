import type { Handlers } from '../handler.ts'
import { listTagsForResource } from './operations/list-tags-for-resource.ts'
import { tagResource } from './operations/tag-resource.ts'
import { untagResource } from './operations/untag-resource.ts'

export const tagOperations = {
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
} satisfies Handlers
