import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

export interface SigningKey {
  kid: string
  /** The public key, as published in the pool's key set. */
  publicJwk: { alg: 'RS256'; e: string; kid: string; kty: 'RSA'; n: string; use: 'sig' }
  /** The private key in PKCS#8, DER. Must be stored sealed. */
  privateKey: Buffer
}

const generate = promisify(generateKeyPair)

/** Standard base64 of 32 bytes, like the key ids of real pools: 44 characters, the last one `=`. */
export const newKid = (): string => randomBytes(32).toString('base64')

/** Generates a 2048-bit RSA key off the event loop. It takes a tenth of a second, sometimes several. */
export async function generateSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 })
  const { n, e } = publicKey.export({ format: 'jwk' })
  const kid = newKid()
  return {
    kid,
    publicJwk: { alg: 'RS256', e: e!, kid, kty: 'RSA', n: n!, use: 'sig' },
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
  }
}
