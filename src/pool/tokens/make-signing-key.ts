import type { Context } from '../../context.ts'
import { generateSigningKey, type SigningKey } from '../../lib/signing-key.ts'
import type { StoredSigningKey } from './signing-key-store.ts'
import { signingKeySeal } from './signing-keys.ts'

/** A new RSA key pair, its private half sealed. Takes 50–200 ms, off the event loop. */
export const makeSigningKey = async (ctx: Context): Promise<StoredSigningKey> =>
  sealSigningKey(ctx, await generateSigningKey())

export function sealSigningKey(ctx: Context, { kid, publicJwk, privateKey }: SigningKey): StoredSigningKey {
  const { kty, n, e } = publicJwk
  return { kid, public_jwk: { kty, n, e }, private_sealed: ctx.keyring.seal(privateKey, signingKeySeal(kid)) }
}
