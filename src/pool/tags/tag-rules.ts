import type { Context } from '../../context.ts'
import { InvalidParameter, type ServiceError } from '../../model/errors.ts'
import { poolArn } from '../pools/pool.ts'

/** Letters, digits and spaces of any language, and a few signs. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Operations differ in the error that they declare for it. */
export function checkTags(
  { limits }: Pick<Context, 'limits'>,
  tags: Record<string, string>,
  Refusal: new (message: string) => ServiceError,
): void {
  const keys = Object.keys(tags)
  if (keys.length > limits.tagsPerPool) {
    throw new Refusal(`A user pool can have at most ${limits.tagsPerPool} tags.`)
  }
  for (const key of keys) {
    if (/^aws:/i.test(key)) throw new Refusal('Tag keys cannot begin with aws:, which is reserved.')
    if (!tagText.test(key) || !tagText.test(tags[key]!)) {
      throw new Refusal('Tag keys and values can only contain letters, digits, spaces and _ . : / = + - @')
    }
  }
}

/** The pool that an ARN of this account and region names. @throws InvalidParameterException for any other ARN */
export function taggedPoolId(ctx: Context, arn: string): string {
  const poolId = arn.slice(arn.lastIndexOf('/') + 1)
  if (arn !== poolArn(ctx, poolId)) throw new InvalidParameter(`Invalid resource ARN: ${arn}`)
  return poolId
}
