import { randomBytes } from 'node:crypto'
import { encodeBase32 } from './base32.ts'

/** How many seconds a code of an authenticator app is valid. */
const period = 30

/** A secret for an authenticator app. */
export const newTotpSecret = (random: (size: number) => Buffer = randomBytes): Buffer => random(32)

/** The format authenticator apps accept: base32, 52 characters. */
export const totpSecretText = (secret: Uint8Array): string => encodeBase32(secret)

/**
 * Finds the time step of a six-digit code (RFC 6238, HMAC-SHA1), with half a minute of tolerance for clock skew;
 * undefined for a wrong code. The caller stores the step of an accepted code and refuses codes of that step and earlier
 * ones.
 */
export async function totpStep(secret: Uint8Array, code: string, now: Date): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined
  const { verify } = await import('otplib')
  const epoch = Math.floor(now.getTime() / 1000)
  const found = await verify({ secret: new Uint8Array(secret), token: code, epoch, period, epochTolerance: period })
  return found.valid && 'timeStep' in found ? found.timeStep : undefined
}
