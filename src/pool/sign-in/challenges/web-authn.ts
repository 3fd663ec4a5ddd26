import type { Context } from '../../../context.ts'
import { WrongCredentials } from '../../../model/errors.ts'
import { preventsUserExistenceErrors } from '../../clients/client-rules.ts'
import { webAuthn as factor } from '../../factors/web-authn.ts'
import { requestOptions, verifyAsserted } from '../../passkeys/assertion.ts'
import { readAsserted } from '../../passkeys/credential.ts'
import type { Passkey } from '../../passkeys/passkey.ts'
import { mayUsePasskey } from '../../passkeys/passkey-rules.ts'
import { listPasskeys, usePasskey } from '../../passkeys/passkey-store.ts'
import { newChallenge } from '../../passkeys/registration.ts'
import { findRelyingPartyId } from '../../passkeys/relying-party.ts'
import { nobodysKey, simulatedPasskeys } from '../../passkeys/simulated-passkey.ts'
import { offeredFactors } from '../first-factors.ts'
import { requireParameters } from '../flows.ts'
import { noMfa } from '../no-mfa.ts'
import { requireUsable } from '../prove-password.ts'
import { sessionSeconds } from '../session.ts'
import { invalidSession } from '../session-errors.ts'
import type { Challenge, SignIn, SignInPerson } from '../sign-in.ts'
import { seemingPerson } from '../simulated-user.ts'

/** A signature with one of the user's passkeys. */
export const webAuthn: Challenge = {
  answers: 10,
  answeredEarlyBy: 'CREDENTIAL',
  isOffered: hasPasskey,

  async ask(ctx, signIn) {
    const { client, user } = signIn
    if (user && !preventsUserExistenceErrors(client)) requireUsable(user)
    const rpId = requireOffered(ctx, signIn)
    const passkeys = await passkeysOf(ctx, signIn, rpId)
    const challenge = newChallenge()
    const timeout = sessionSeconds(signIn, factor.name) * 1000
    const options = requestOptions(seemingPerson(ctx, signIn), { rpId, challenge, timeout, passkeys })
    return {
      parameters: { CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(options) },
      remember: { challenge: options.challenge },
    }
  },

  async verify(ctx, signIn, responses, remembered) {
    requireParameters(responses, ['CREDENTIAL'])
    const asserted = readAsserted(responses.CREDENTIAL!)
    const rpId = requireOffered(ctx, signIn)
    const { pool, user } = signIn
    const found = (await passkeysOf(ctx, signIn, rpId)).find(({ credentialId }) =>
      credentialId.equals(asserted.credentialId),
    )
    // For an unknown passkey a signature is verified all the same, with a key that matches nothing.
    const passkey = found ?? noPasskey(asserted.credentialId)
    const expected = { ...signIn, rpId, challenge: remembered.challenge!, passkey, handle: passkey.handle }
    const use = await verifyAsserted(ctx, asserted, expected)
    if (!use || !user) throw new WrongCredentials()

    requireUsable(user)
    const { credentialId, attachment } = passkey
    const now = ctx.clock.now()
    return {
      proves: attachment === 'cross-platform' ? 'hwk' : 'swk',
      async write(trx) {
        if (!(await usePasskey(trx, pool.id, user.id, { credentialId, ...use, now }))) throw new WrongCredentials()
        return undefined
      },
    }
  },
}

/** The factor may have been switched off since it was chosen. @throws NotAuthorizedException */
function requireOffered(ctx: Context, signIn: SignIn): string {
  const rpId = findRelyingPartyId(ctx, signIn.pool)
  if (!rpId || !offeredFactors(ctx, signIn).includes(factor.name)) throw invalidSession()
  return rpId
}

async function passkeysOf(ctx: Context, { pool, user, state }: SignIn, rpId: string): Promise<Passkey[]> {
  if (user) return listPasskeys(ctx.db, pool.id, user.id, rpId)
  return simulatedPasskeys(ctx, pool, state.username)
}

const noPasskey = (credentialId: Buffer): Passkey => ({
  credentialId,
  rpId: '',
  publicKey: nobodysKey(),
  counter: 0,
  backupEligible: false,
  backedUp: false,
  aaguid: '',
  transports: [],
  name: '',
  createdAt: new Date(0),
})

/** A passkey for another relying party than the pool's is of no use. */
function hasPasskey({ pool, user, mfa = noMfa, passkeys }: SignInPerson, ctx: Context): boolean {
  const rpId = findRelyingPartyId(ctx, pool)
  if (!rpId || !mayUsePasskey({ pool, user, mfa })) return false
  if (!user) return false
  return ['CONFIRMED', 'RESET_REQUIRED'].includes(user.status) && passkeys?.includes(rpId) === true
}
