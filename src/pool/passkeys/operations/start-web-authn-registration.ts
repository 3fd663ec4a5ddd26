import { randomBytes } from 'node:crypto'
import type { StartWebAuthnRegistrationResponse } from '@aws-sdk/client-cognito-identity-provider'
import { NotAuthorized } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { keepHandle, listPasskeys, upsertRegistration } from '../passkey-store.ts'
import { creationOptions, newChallenge, requirePasskeys } from '../registration.ts'
import { requireRelyingPartyId } from '../relying-party.ts'

/** How long a browser waits for its user, in milliseconds, and how long the answer is waited for. */
const timeout = 60_000
const lifetime = 3 * timeout

export const startWebAuthnRegistration: Handler<'StartWebAuthnRegistration'> = async (input, ctx) => {
  const { pool, client, user } = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })
  requirePasskeys(pool)
  const rpId = requireRelyingPartyId(ctx, pool)

  const handle = await keepHandle(ctx.db, pool.id, user.id, randomBytes(32))
  const passkeys = await listPasskeys(ctx.db, pool.id, user.id, rpId)
  const challenge = newChallenge()
  const expiresAt = new Date(ctx.clock.now().getTime() + lifetime)
  await upsertRegistration(ctx.db, pool.id, user.id, { clientId: client.id, challenge, expiresAt })

  const options = creationOptions({ pool, user }, { rpId, handle, challenge, timeout, passkeys })
  return { CredentialCreationOptions: options as StartWebAuthnRegistrationResponse['CredentialCreationOptions'] }
}
