/** A new passkey: the options for the browser, and the check of what it has created. */
import { randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
import {
  WebAuthnCredentialNotSupported,
  WebAuthnNotEnabled,
  WebAuthnOriginNotAllowed,
  WebAuthnRelyingPartyMismatch,
} from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { parseAuthenticatorData, sameRelyingParty } from './authenticator-data.ts'
import { type Attested, invalidCredential } from './credential.ts'
import { friendlyName, type Passkey, passkeyDescriptor } from './passkey.ts'
import { allowsPasskeys, requiresUserVerification } from './passkey-rules.ts'
import { algorithms, isUsableKey } from './public-key.ts'
import { isAllowedOrigin } from './relying-party.ts'

/** The maximum of WebAuthn. */
const maxIdBytes = 1023

/** @throws WebAuthnNotEnabledException */
export function requirePasskeys(pool: Pool): void {
  if (!allowsPasskeys(pool)) throw new WebAuthnNotEnabled()
}

export const newChallenge = (): Buffer => randomBytes(32)

export function creationOptions(
  { pool, user }: { pool: Pool; user: User },
  input: { rpId: string; handle: Buffer; challenge: Buffer; timeout: number; passkeys: Passkey[] },
) {
  const { rpId, handle, challenge, timeout, passkeys } = input
  const name = accountName(pool, user)
  return {
    rp: { id: rpId, name: rpId },
    user: { id: handle.toString('base64url'), name, displayName: user.attributes.name ?? name },
    challenge: challenge.toString('base64url'),
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout,
    excludeCredentials: passkeys.map(passkeyDescriptor),
    authenticatorSelection: {
      requireResidentKey: true,
      residentKey: 'required',
      userVerification: requiresUserVerification({ pool }) ? 'required' : 'preferred',
    },
  }
}

/** The name by which users recognise their account: usernames that the pool generates tell them nothing. */
function accountName({ settings }: Pool, { attributes, username }: User): string {
  const known = (settings.UsernameAttributes ?? []).map((name) => attributes[name])
  return known.find((value) => value !== undefined) ?? username
}

/**
 * Verifies a new credential. Attestation is not required: if a statement is present it must be valid, but nothing is
 * concluded from it. @throws WebAuthnOriginNotAllowedException, WebAuthnRelyingPartyMismatchException,
 * WebAuthnCredentialNotSupportedException, InvalidParameterException
 */
export async function verifyAttested(
  ctx: Context,
  { response, clientData, attestationObject }: Attested,
  { pool, rpId }: { pool: Pool; rpId: string },
): Promise<Passkey> {
  if (clientData.type !== 'webauthn.create') throw invalidCredential()
  if (!isAllowedOrigin(ctx, rpId, clientData.origin)) throw new WebAuthnOriginNotAllowed()
  if (clientData.crossOrigin && !isAllowedOrigin(ctx, rpId, clientData.topOrigin ?? '')) {
    throw new WebAuthnOriginNotAllowed()
  }

  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  const { fmt, data, publicKey } = await decode(attestationObject)
  if (!sameRelyingParty(data.rpIdHash, rpId)) throw new WebAuthnRelyingPartyMismatch()
  if (data.flags.uv === false && requiresUserVerification({ pool })) {
    throw new WebAuthnCredentialNotSupported('The passkey must verify its user.')
  }
  if (!['none', 'packed'].includes(fmt) || !isUsableKey(publicKey)) throw new WebAuthnCredentialNotSupported()

  const verified = await verifyRegistrationResponse({
    response,
    expectedChallenge: clientData.challenge,
    expectedOrigin: clientData.origin,
    expectedRPID: rpId,
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).catch(() => undefined)
  if (!verified?.verified) throw invalidCredential()

  const { credential, aaguid, credentialDeviceType, credentialBackedUp } = verified.registrationInfo
  const credentialId = Buffer.from(credential.id, 'base64url')
  // The id outside the signed data is only a copy.
  if (credential.id !== response.id || credentialId.length > maxIdBytes) throw invalidCredential()
  return {
    credentialId,
    rpId,
    publicKey: Buffer.from(credential.publicKey),
    counter: credential.counter,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    aaguid,
    attachment: response.authenticatorAttachment,
    transports: response.response.transports ?? [],
    name: friendlyName(aaguid),
    createdAt: ctx.clock.now(),
  }
}

/** @throws InvalidParameterException for bytes that are not an attestation */
async function decode(attestationObject: Buffer) {
  const { decodeAttestationObject, decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers')
  try {
    const decoded = decodeAttestationObject(new Uint8Array(attestationObject))
    const data = await parseAuthenticatorData(decoded.get('authData'))
    const publicKey: unknown = decodeCredentialPublicKey(data.credentialPublicKey!)
    // The library decodes any CBOR there.
    if (!(publicKey instanceof Map)) throw invalidCredential()
    return { fmt: String(decoded.get('fmt')), data, publicKey }
  } catch {
    throw invalidCredential()
  }
}
