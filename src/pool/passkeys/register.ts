import type { Context } from '../../context.ts'
import { LimitExceeded, NotAuthorized, WebAuthnChallengeNotFound, WebAuthnClientMismatch } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import type { Pool } from '../pools/pool.ts'
import { lockUser } from '../users/lock-user-store.ts'
import type { User } from '../users/user.ts'
import { invalidCredential, readAttested } from './credential.ts'
import { insertPasskey, keepHandle, listPasskeys, takeRegistration, upsertRegistration } from './passkey-store.ts'
import { creationOptions, newChallenge, requirePasskeys, verifyAttested } from './registration.ts'
import { findRelyingPartyId, requireRelyingPartyId } from './relying-party.ts'

interface Owner {
  pool: Pool
  client: Client
  user: User
}

/** How long a browser waits for its user, and this server for the answer, in milliseconds. */
const timeout = 60_000
const lifetime = 3 * timeout

/** The options for the browser. @throws what StartWebAuthnRegistration declares */
export async function startRegistration(ctx: Context, { pool, client, user }: Owner) {
  requirePasskeys(pool)
  const rpId = requireRelyingPartyId(ctx, pool)

  const handle = await keepHandle(ctx.db, pool.id, user.id, Buffer.from(user.id))
  const passkeys = await listPasskeys(ctx.db, pool.id, user.id, rpId)
  const challenge = newChallenge()
  const expiresAt = new Date(ctx.clock.now().getTime() + lifetime)
  await upsertRegistration(ctx.db, pool.id, user.id, { clientId: client.id, challenge, expiresAt })
  return creationOptions({ pool, user }, { rpId, handle, challenge, timeout, passkeys })
}

/**
 * A challenge is used up before the answer is judged: right or wrong, it is answered once. @throws what
 * CompleteWebAuthnRegistration declares
 */
export async function completeRegistration(
  ctx: Context,
  { pool, client, user }: Owner,
  credential: unknown,
): Promise<void> {
  requirePasskeys(pool)
  const attested = readAttested(credential)

  const challenge = Buffer.from(attested.clientData.challenge, 'base64url')
  const registration = await takeRegistration(ctx.db, pool.id, user.id, challenge, ctx.clock.now())
  const rpId = findRelyingPartyId(ctx, pool)
  // Without a relying party no registration begins, but one may have begun before the change.
  if (!registration || !rpId) throw new WebAuthnChallengeNotFound()
  if (registration.clientId !== client.id) throw new WebAuthnClientMismatch()
  const passkey = await verifyAttested(ctx, attested, { pool, rpId })

  await ctx.db.transaction().execute(async (trx) => {
    if (!(await lockUser(trx, pool.id, user.id))) throw new NotAuthorized('User does not exist.')
    const present = await listPasskeys(trx, pool.id, user.id)
    if (present.length >= ctx.limits.passkeysPerUser)
      throw new LimitExceeded('The user has the most passkeys there can be.')
    if (!(await insertPasskey(trx, pool.id, user.id, passkey))) throw invalidCredential()
  })
}
