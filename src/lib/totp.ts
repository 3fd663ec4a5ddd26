import { randomBytes } from 'node:crypto'
import { encodeBase32 } from './base32.ts'

/** Seconds that a code of an authenticator app counts. */
const period = 30

/** A secret for an authenticator app. */
export const newTotpSecret = (random: (size: number) => Buffer = randomBytes): Buffer => random(32)

/** As authenticator apps take it: base32, 52 characters. */
export const totpSecretText = (secret: Uint8Array): string => encodeBase32(secret)

/**
 * The time step whose six digits these are (RFC 6238, HMAC-SHA1), with half a minute for clocks that differ; undefined
 * for a code that is none. Whoever takes a code remembers its step and takes none at or before it again.
 */
export async function totpStep(secret: Uint8Array, code: string, now: Date): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined
  const { verify } = await import('otplib')
  const epoch = Math.floor(now.getTime() / 1000)
  const found = await verify({ secret: new Uint8Array(secret), token: code, epoch, period, epochTolerance: period })
  return found.valid && 'timeStep' in found ? found.timeStep : undefined
}
