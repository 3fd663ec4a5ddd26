import {
  LimitExceeded,
  NotAuthorized,
  WebAuthnChallengeNotFound,
  WebAuthnClientMismatch,
} from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { limits } from '../../limits.ts'
import { requireAccessToken } from '../../tokens/require-access-token.ts'
import { lockUser } from '../../users/lock-user-store.ts'
import { invalidCredential, readAttested } from '../credential.ts'
import { insertPasskey, listPasskeys, takeRegistration } from '../passkey-store.ts'
import { requirePasskeys, verifyAttested } from '../registration.ts'
import { findRelyingPartyId } from '../relying-party.ts'

/** A challenge is taken before anything is judged by it: right or wrong, it is answered once. */
export const completeWebAuthnRegistration: Handler<'CompleteWebAuthnRegistration'> = async (input, ctx) => {
  const { pool, client, user } = await requireAccessToken(ctx, input.AccessToken, { missingUser: NotAuthorized })
  requirePasskeys(pool)
  const attested = readAttested(input.Credential)

  const challenge = Buffer.from(attested.clientData.challenge, 'base64url')
  const registration = await takeRegistration(ctx.db, pool.id, user.id, challenge, ctx.clock.now())
  const rpId = findRelyingPartyId(ctx, pool)
  // Without a relying party none is begun; one that was is of another time.
  if (!registration || !rpId) throw new WebAuthnChallengeNotFound()
  if (registration.clientId !== client.id) throw new WebAuthnClientMismatch()
  const passkey = await verifyAttested(ctx, attested, { pool, rpId })

  await ctx.db.transaction().execute(async (trx) => {
    if (!(await lockUser(trx, pool.id, user.id))) throw new NotAuthorized('User does not exist.')
    const present = await listPasskeys(trx, pool.id, user.id)
    if (present.length >= limits.passkeysPerUser)
      throw new LimitExceeded('The user has the most passkeys there can be.')
    if (!(await insertPasskey(trx, pool.id, user.id, passkey))) throw invalidCredential()
  })
  return {}
}
