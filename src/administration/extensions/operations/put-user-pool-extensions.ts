import { InvalidParameter } from '../../../model/errors.ts'
import { isProviderUrl } from '../../../pool/identity-providers/provider-call.ts'
import { changeExtensions } from '../../../pool/pools/extensions.ts'
import type { OwnHandler } from '../../handler.ts'

/** Replaces the whole document. */
export const putUserPoolExtensions: OwnHandler<'PutUserPoolExtensions'> = async (input, ctx) => {
  for (const { Uri } of input.Extensions.Standards?.EventReceivers ?? [])
    if (!isProviderUrl(ctx, Uri))
      throw new InvalidParameter('Uri of EventReceivers must be an address by https.', { field: 'Uri' })
  await changeExtensions(ctx, input.UserPoolId, input.Extensions)
  return { UserPoolId: input.UserPoolId, Extensions: input.Extensions }
}
