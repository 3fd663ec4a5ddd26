import { randomBytes, randomUUID } from 'node:crypto'
import { pooledRandomBytes, type RandomBytes, randomText } from './random.ts'

const lowerAlphanumeric = '0123456789abcdefghijklmnopqrstuvwxyz'
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `us-east-1_` and nine letters or digits. */
export const userPoolId = (region: string, random?: RandomBytes): string =>
  `${region}_${randomText(alphanumeric, 9, random)}`

/** A 128-bit number in base-32 digits `[0-9a-v]`: 26 of them, or 25. */
export const clientId = (random?: RandomBytes): string => base32Number(16, 25, random)

/** A 256-bit number in base-32 digits `[0-9a-v]`: 52 of them, or 51. */
export const clientSecret = (random?: RandomBytes): string => base32Number(32, 51, random)

/** Identifies one of a client's secrets: the client id and the creation time. */
export const clientSecretId = (clientId: string, now: Date): string => `${clientId}--${now.getTime()}`

/** Random. Used for request ids, subs, branding and terms ids, authorization codes and event ids. */
export const uuidv4 = (): string => randomUUID()

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A UUID of any version, in lower case like all stored ones. */
export const isUuid = (text: string): boolean => uuid.test(text)

/**
 * Time-ordered (RFC 9562). Used for keys whose format the wire does not prescribe, since consecutive ids are neighbours
 * in the index.
 */
export function uuidv7(now: Date, random: RandomBytes = pooledRandomBytes): string {
  const bytes = random(16)
  bytes.writeUIntBE(now.getTime(), 0, 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export const deviceKey = (region: string): string => `${region}_${randomUUID()}`

/** Looks like a real one: `-wt2ha1Zd`. */
export const deviceGroupKey = (random?: RandomBytes): string => `-${randomText(alphanumeric, 8, random)}`

export const importJobId = (random?: RandomBytes): string => `import-${randomText(alphanumeric, 10, random)}`

/** The id that lists and revokes a user's session: a prefix for its kind, 28 characters in all. */
export const sessionId = (kind: 'tkn' | 'sso', random?: RandomBytes): string =>
  kind + randomText(lowerAlphanumeric, 25, random)

/** The `Session` of a challenge. Only its hash is stored. It starts like the service's own. */
export const challengeSession = (random?: RandomBytes): string => `AYABe${randomToken(48, random)}`

/** An opaque token of this many random bytes, in base64url. */
export const randomToken = (bytes: number, random: RandomBytes = pooledRandomBytes): string =>
  random(bytes).toString('base64url')

// Redrawn if it is too short, so every id has one of the two lengths that real ones have.
function base32Number(bytes: number, minDigits: number, random: RandomBytes = randomBytes): string {
  for (;;) {
    const digits = BigInt(`0x${random(bytes).toString('hex')}`).toString(32)
    if (digits.length >= minDigits) return digits
  }
}
