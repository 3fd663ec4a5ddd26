import { pbkdf2, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { sameBytes } from './constant-time.ts'

export type ForeignAlgorithm = 'BCRYPT' | 'SCRYPT' | 'ARGON2ID' | 'PBKDF2_SHA256'

/**
 * Password hashes of other systems, in the formats that a user import accepts, up to its published costs. The costs are
 * bounded because each guess costs the server what the hash demands.
 */
const forms: Record<ForeignAlgorithm, { pattern: RegExp; affordable(parts: string[]): boolean }> = {
  BCRYPT: { pattern: /^\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}$/, affordable: ([cost]) => within(cost, 4, 12) },
  // Cost, block size and parallelism, then salt and hash in hexadecimal.
  SCRYPT: {
    pattern: /^(\d{1,5})\$(\d)\$(\d)\$((?:[0-9a-f]{2}){1,128})\$((?:[0-9a-f]{2}){16,128})$/i,
    affordable: ([n, r, p]) =>
      within(n, 2, 65_536) && (Number(n) & (Number(n) - 1)) === 0 && within(r, 1, 8) && within(p, 1, 1),
  },
  ARGON2ID: {
    pattern: /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{8,86}\$[A-Za-z0-9+/]{16,86}$/,
    affordable: ([m, t, p]) => within(m, 8, 19_456) && within(t, 1, 2) && within(p, 1, 1),
  },
  PBKDF2_SHA256: {
    pattern: /^\$pbkdf2-sha256\$(\d{1,6})\$([A-Za-z0-9./+]{1,172}={0,2})\$([A-Za-z0-9./+]{22,172}={0,2})$/,
    affordable: ([iterations]) => within(iterations, 1, 600_000),
  },
}

const within = (value: string | undefined, min: number, max: number): boolean =>
  Number(value) >= min && Number(value) <= max

/** Whether it is a hash of that algorithm at an accepted cost. */
export function isForeignHash(algorithm: ForeignAlgorithm, hash: string): boolean {
  const match = forms[algorithm].pattern.exec(hash)
  return match !== null && forms[algorithm].affordable(match.slice(1))
}

/**
 * Finds the verifier for a hash other than Argon2id, which password-hash.ts handles; undefined if the format is
 * unknown.
 */
export function verifierOf(hash: string): ((password: string) => Promise<boolean>) | undefined {
  if (isForeignHash('BCRYPT', hash)) return (password) => verifyBcrypt(hash, password)
  const scryptParts = forms.SCRYPT.pattern.exec(hash)
  if (scryptParts) return (password) => verifyScrypt(scryptParts.slice(1), password)
  const pbkdf2Parts = forms.PBKDF2_SHA256.pattern.exec(hash)
  if (pbkdf2Parts) return (password) => verifyPbkdf2(pbkdf2Parts.slice(1), password)
  return undefined
}

async function verifyBcrypt(hash: string, password: string): Promise<boolean> {
  const { verify } = await import('@node-rs/bcrypt')
  // All four letters name the same algorithm; the library knows b, a and y.
  return verify(password, hash.replace(/^\$2x\$/, '$2b$'))
}

const scryptAsync = promisify(
  scrypt as (p: string, s: Buffer, l: number, o: object, c: (e: Error | null, k: Buffer) => void) => void,
)

async function verifyScrypt([n, r, p, salt, expected]: string[], password: string): Promise<boolean> {
  const wanted = Buffer.from(expected!, 'hex')
  const options = { N: Number(n), r: Number(r), p: Number(p), maxmem: 128 * 1024 * 1024 }
  const key = (await scryptAsync(password, Buffer.from(salt!, 'hex'), wanted.length, options)) as unknown as Buffer
  return sameBytes(key, wanted)
}

async function verifyPbkdf2([iterations, salt, expected]: string[], password: string): Promise<boolean> {
  const wanted = adaptedBase64(expected!)
  const key = await promisify(pbkdf2)(password, adaptedBase64(salt!), Number(iterations), wanted.length, 'sha256')
  return sameBytes(key, wanted)
}

/** Passlib writes `.` instead of `+` and omits padding. */
const adaptedBase64 = (text: string): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64')
