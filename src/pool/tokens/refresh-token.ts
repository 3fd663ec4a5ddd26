import { randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'

// What the header of a real one says. Nobody decrypts ours: behind it stand 92 random bytes, and the token is a key
// into a table, known there by its keyed hash alone.
const header = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').toString('base64url')

/** Opaque, in the five parts of a JWE. Real ones are 1.7 kB long; there is nothing to fill ours with. */
export function newRefreshToken(): string {
  return [header, ...[32, 12, 32, 16].map((size) => randomBytes(size).toString('base64url'))].join('.')
}

export function refreshTokenHash(ctx: Context, poolId: string, token: string): Buffer {
  return ctx.keyring.mac('token-hash', poolId, token)
}

/** Whether it has the three parts of an access or ID token. */
export const looksSigned = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
