import { ResourceNotFound } from '../../model/errors.ts'
import { deletePasskey, listPasskeys } from '../../pool/passkeys/passkey-store.ts'
import { requirePool } from '../../pool/pools/pool.ts'
import { requireUser } from '../../pool/users/user.ts'
import type { OwnHandler } from '../handler.ts'

/** All that a user can have fit one answer. */
export const listUserPasskeys: OwnHandler<'ListUserPasskeys'> = async ({ UserPoolId, Username }, ctx) => {
  const pool = await requirePool(ctx, UserPoolId)
  const user = await requireUser(ctx.db, pool, Username)
  const passkeys = await listPasskeys(ctx.db, pool.id, user.id)
  return {
    Passkeys: passkeys.map(({ credentialId, name, rpId, createdAt }) => ({
      CredentialId: credentialId.toString('base64url'),
      FriendlyCredentialName: name,
      RelyingPartyId: rpId,
      CreatedAt: createdAt,
    })),
  }
}

export const deleteUserPasskey: OwnHandler<'DeleteUserPasskey'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  const user = await requireUser(ctx.db, pool, input.Username)
  const credentialId = Buffer.from(input.CredentialId, 'base64url')
  if (!(await deletePasskey(ctx.db, pool.id, user.id, credentialId)))
    throw new ResourceNotFound('The passkey credential does not exist.')
}
