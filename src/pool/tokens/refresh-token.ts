import type { Context } from '../../context.ts'
import { pooledRandomBytes } from '../../lib/random.ts'

// The header of a real one. Nobody decrypts ours: it is followed by 92 random bytes, and the token is a key to a row,
// stored only as a keyed hash.
const header = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').toString('base64url')

/** Opaque, in the five parts of a JWE. Real ones have 1.7 kB; these need no such length. */
export function newRefreshToken(): string {
  return [header, ...[32, 12, 32, 16].map((size) => pooledRandomBytes(size).toString('base64url'))].join('.')
}

export function refreshTokenHash(ctx: Context, poolId: string, token: string): Buffer {
  return ctx.keyring.mac('token-hash', poolId, token)
}

/** Whether it has the three parts of an access or ID token. */
export const looksSigned = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
