import { NotAuthorized } from '../../../model/errors.ts'
import { cutPage, decodeCursor, encodeCursor } from '../../../store/page.ts'
import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { type Passkey, passkeyView } from '../passkey.ts'
import { listPasskeys } from '../passkey-store.ts'

export const listWebAuthnCredentials: Handler<'ListWebAuthnCredentials'> = async (input, ctx) => {
  const { pool, user } = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })
  const scope = `ListWebAuthnCredentials ${pool.id} ${user.id}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined

  // All passkeys that a user can have fit one page of the database.
  const passkeys = await listPasskeys(ctx.db, pool.id, user.id)
  const rest = passkeys.filter((passkey) => after === undefined || positionOf(passkey) > after)
  const { items, next } = cutPage(rest, input.MaxResults || ctx.limits.passkeysPerUser, positionOf)
  return {
    Credentials: items.map(passkeyView),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}

const positionOf = ({ createdAt, credentialId }: Passkey): string =>
  `${createdAt.toISOString()} ${credentialId.toString('hex')}`
