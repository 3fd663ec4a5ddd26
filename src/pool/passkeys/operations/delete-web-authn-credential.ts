import { NotAuthorized, ResourceNotFound } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { deletePasskey } from '../passkey-store.ts'

export const deleteWebAuthnCredential: Handler<'DeleteWebAuthnCredential'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })
  const credentialId = Buffer.from(input.CredentialId!, 'base64url')
  if (!(await deletePasskey(ctx.db, pool.id, user.id, credentialId))) {
    throw new ResourceNotFound('The passkey credential does not exist.')
  }
  return {}
}
