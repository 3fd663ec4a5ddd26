/** A sign-in with a passkey: the options for the browser, and the check of its answer. */
import type { Context } from '../../context.ts'
import { parseAuthenticatorData } from './authenticator-data.ts'
import type { Asserted } from './credential.ts'
import { type Passkey, passkeyDescriptor } from './passkey.ts'
import { type PasskeyOwner, requiresUserVerification } from './passkey-rules.ts'
import { isAllowedOrigin } from './relying-party.ts'

export function requestOptions(
  owner: PasskeyOwner,
  input: { rpId: string; challenge: Buffer; timeout: number; passkeys: Pick<Passkey, 'credentialId' | 'transports'>[] },
) {
  const { rpId, challenge, timeout, passkeys } = input
  return {
    challenge: challenge.toString('base64url'),
    timeout,
    rpId,
    allowCredentials: passkeys.map(passkeyDescriptor),
    userVerification: requiresUserVerification(owner) ? 'required' : 'preferred',
  }
}

/** The passkey after a valid use; undefined after an invalid one. */
export async function verifyAsserted(
  ctx: Context,
  asserted: Asserted,
  expected: PasskeyOwner & { rpId: string; challenge: string; passkey: Passkey; handle?: Buffer },
): Promise<{ counter: number; backedUp: boolean } | undefined> {
  const { response, clientData, authenticatorData, userHandle } = asserted
  const { rpId, challenge, passkey, handle } = expected
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  const requireUserVerification = requiresUserVerification(expected)
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: clientData.origin,
      expectedTopOrigin: clientData.topOrigin,
      expectedRPID: rpId,
      requireUserVerification,
      credential: {
        id: passkey.credentialId.toString('base64url'),
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.counter,
      },
    })
    const { flags } = await parseAuthenticatorData(authenticatorData)
    const right =
      verified &&
      passkey.credentialId.equals(asserted.credentialId) &&
      isAllowedOrigin(ctx, rpId, clientData.origin) &&
      (!clientData.crossOrigin || isAllowedOrigin(ctx, rpId, clientData.topOrigin ?? '')) &&
      // Whether a passkey can be on several devices is fixed when it is created.
      flags.be === passkey.backupEligible &&
      (userHandle === undefined || handle?.equals(userHandle) === true)
    if (!right) return undefined
    return { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp }
  } catch {
    return undefined
  }
}
