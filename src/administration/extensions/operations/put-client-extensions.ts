import { changeClientExtensions } from '../../../pool/clients/extensions.ts'
import type { OwnHandler } from '../../handler.ts'

/** Replaces the whole document. */
export const putClientExtensions: OwnHandler<'PutClientExtensions'> = async (input, ctx) => {
  await changeClientExtensions(ctx, input.UserPoolId, input.ClientId, input.Extensions)
  return { UserPoolId: input.UserPoolId, ClientId: input.ClientId, Extensions: input.Extensions }
}
