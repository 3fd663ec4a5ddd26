import {
  createHash,
  createHmac,
  createSecretKey,
  DiffieHellman,
  getDiffieHellman,
  hkdfSync,
  randomBytes,
} from 'node:crypto'
import { sameText } from './constant-time.ts'
import type { RandomBytes } from './random.ts'

/**
 * The server's side of SRP-6a in Cognito's dialect, for passwords and devices. For devices, DeviceGroupKey takes the
 * place of the pool's name and DeviceKey that of the user. Modular powers run on OpenSSL, in constant time and five
 * times as fast as on BigInt. Node has no plain modular power, so we set our exponent as the private key of a
 * Diffie-Hellman group with the same prime; the group's own type hides the setter, the class does not.
 */

export interface SrpIdentity {
  /** The part of the pool id after `_`, or the DeviceGroupKey. */
  poolName: string
  /** USER_ID_FOR_SRP, or the DeviceKey. */
  userId: string
}

const group = getDiffieHellman('modp15')
const nobodysExponent = Buffer.alloc(32, 1)
const N = toInteger(group.getPrime())
const modulusBytes = 384
const k = toInteger(sha256(signed(N), signed(2n)))
const info = 'Caldera Derived Key'

// Clients read the salt as a number or as text, and disagree about leading zeros and the sign bit. Ours has neither of
// them.
export function newSalt(random: RandomBytes = randomBytes): Buffer {
  const salt = random(16)
  while (salt[0]! < 0x10 || salt[0]! > 0x7f) salt[0] = random(1)[0]!
  return salt
}

/** What is stored of a password, besides the salt: g^x mod N, 384 bytes. It must be protected like a password hash. */
export function srpVerifier(owner: SrpIdentity & { password: string; salt: Uint8Array }): Buffer {
  const identity = sha256(`${owner.poolName}${owner.userId}:${owner.password}`)
  return fixedWidth(powerOfG(sha256(signed(toInteger(owner.salt)), identity)))
}

/** Whether a verifier sent by a device is a number that the arithmetic can use. */
export function isSrpVerifier(bytes: Uint8Array): boolean {
  if (bytes.length > modulusBytes + 1) return false
  const verifier = toInteger(bytes)
  return verifier > 1n && verifier < N - 1n
}

/**
 * Whether a client's SRP_A is a hexadecimal number that is not a multiple of N: with A = 0 no password would be needed.
 */
export function isSrpA(text: string): boolean {
  return /^[0-9a-f]{1,1024}$/i.test(text) && BigInt(`0x${text}`) % N !== 0n
}

/** Salts and B as sent on the wire: a hexadecimal number without leading zeros. */
export const srpHex = (bytes: Uint8Array): string => toInteger(bytes).toString(16)

/** The first step. `b` is secret and must be stored sealed until the client's answer. */
export function startSrp(verifier: Uint8Array, b: Buffer = randomBytes(32)): { B: string; b: Buffer } {
  const B = (k * toInteger(verifier) + powerOfG(b)) % N
  return { B: B.toString(16), b }
}

/** The key that both sides hold if the client knew the password; undefined for an A that no honest client sends. */
export function srpServerKey(exchange: { A: string; B: string; b: Buffer; verifier: Uint8Array }): Buffer | undefined {
  if (!isSrpA(exchange.A)) return undefined
  const A = BigInt(`0x${exchange.A}`)
  const u = sha256(signed(A), signed(BigInt(`0x${exchange.B}`)))
  if (toInteger(u) === 0n) return undefined

  const vu = power(toInteger(exchange.verifier), u)
  const S = vu === undefined ? undefined : power((A * vu) % N, exchange.b)
  if (S === undefined) return undefined
  return Buffer.from(hkdfSync('sha256', createSecretKey(signed(S)), signed(toInteger(u)), info, 16))
}

type SignedBlock = SrpIdentity & { key: Buffer; secretBlock: Uint8Array; timestamp: string }

/** PASSWORD_CLAIM_SIGNATURE, base64. */
export function srpSignature({ key, poolName, userId, secretBlock, timestamp }: SignedBlock): string {
  return createHmac('sha256', createSecretKey(key))
    .update(poolName + userId)
    .update(secretBlock)
    .update(timestamp)
    .digest('base64')
}

export const srpSignatureMatches = (signature: string, block: SignedBlock): boolean =>
  sameText(signature, srpSignature(block))

const powerOfG = (exponent: Uint8Array): bigint => withExponent(exponent, () => toInteger(group.generateKeys()))

// OpenSSL refuses 0, 1 and N-1 as a peer's public value. No honest client produces them.
function power(base: bigint, exponent: Uint8Array): bigint | undefined {
  if (base <= 1n || base >= N - 1n) return undefined
  return withExponent(exponent, () => toInteger(group.computeSecret(fixedWidth(base))))
}

/** No exponent stays in the group, which is one for all since OpenSSL prepares it for its modulus. */
function withExponent(exponent: Uint8Array, run: () => bigint): bigint {
  const set = (key: Uint8Array) => Reflect.apply(DiffieHellman.prototype.setPrivateKey, group, [key])
  set(exponent)
  try {
    return run()
  } finally {
    set(nobodysExponent)
  }
}

function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function toInteger(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

const fixedWidth = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(modulusBytes * 2, '0'), 'hex')

// Like Java's BigInteger.toByteArray: as few bytes as possible, with the highest bit reserved for the sign.
function signed(number: bigint): Buffer {
  const hex = number.toString(16)
  const even = hex.length % 2 ? `0${hex}` : hex
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex')
}
