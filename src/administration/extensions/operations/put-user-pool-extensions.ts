import { changeExtensions } from '../../../pool/pools/extensions.ts'
import type { OwnHandler } from '../../handler.ts'

/** The document takes the place of the one before. */
export const putUserPoolExtensions: OwnHandler<'PutUserPoolExtensions'> = async (input, ctx) => {
  await changeExtensions(ctx, input.UserPoolId, input.Extensions)
  return { UserPoolId: input.UserPoolId, Extensions: input.Extensions }
}
