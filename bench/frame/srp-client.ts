import { createHash, createHmac, DiffieHellman, getDiffieHellman, hkdfSync, randomBytes } from 'node:crypto'

export interface SrpClient {
  /** SRP_A, hexadecimal. */
  A: string
  /** The answer to PASSWORD_VERIFIER. */
  answer(challenge: Record<string, string>): Record<string, string>
}

/**
 * The user's half of the sign-in, on OpenSSL: the clients of real users are so slow that the server would wait for
 * them. One secret is reused for many sign-ins, which only a benchmark may do.
 */
export function srpClient(poolId: string, password: string): SrpClient {
  const poolName = poolId.slice(poolId.indexOf('_') + 1)
  const a = randomBytes(32)
  const A = power(undefined, a)
  const powers = new Map<string, bigint>()

  return {
    A: A.toString(16),
    answer(challenge) {
      const { SRP_B, SALT, SECRET_BLOCK, USER_ID_FOR_SRP: userId } = challenge as Record<string, string>
      const B = BigInt(`0x${SRP_B}`)
      const u = integer(sha256(bytes(A), bytes(B)))
      const x = sha256(bytes(BigInt(`0x${SALT}`)), sha256(`${poolName}${userId}:${password}`))
      // The same for every sign-in of a user.
      const gx = powers.get(SALT!) ?? power(undefined, x)
      powers.set(SALT!, gx)

      const base = (((B - k * gx) % N) + N) % N
      const S = power(base, bytes(integer(a) + u * integer(x)))
      const key = Buffer.from(hkdfSync('sha256', bytes(S), bytes(u), 'Caldera Derived Key', 16))
      const timestamp = timestampOf(new Date())
      const signature = createHmac('sha256', key)
        .update(poolName + userId)
        .update(Buffer.from(SECRET_BLOCK!, 'base64'))
        .update(timestamp)
        .digest('base64')
      return {
        USERNAME: userId!,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK!,
        PASSWORD_CLAIM_SIGNATURE: signature,
        TIMESTAMP: timestamp,
      }
    },
  }
}

const N = integer(getDiffieHellman('modp15').getPrime())
const k = integer(sha256(bytes(N), bytes(2n)))

/** A power of the generator unless there is a base. */
function power(base: bigint | undefined, exponent: Uint8Array): bigint {
  const group = getDiffieHellman('modp15')
  Reflect.apply(DiffieHellman.prototype.setPrivateKey, group, [exponent])
  if (base === undefined) return integer(group.generateKeys())
  return integer(group.computeSecret(Buffer.from(base.toString(16).padStart(768, '0'), 'hex')))
}

function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function integer(buffer: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(buffer).toString('hex')}`)
}

/** Like Java's BigInteger: with a leading zero if the number would otherwise look negative. */
function bytes(number: bigint): Buffer {
  const hex = number.toString(16)
  const even = hex.length % 2 ? `0${hex}` : hex
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex')
}

/** `Thu Jul 9 14:03:07 UTC 2026`. */
function timestampOf(date: Date): string {
  const [day, , month] = date.toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${date.getUTCDate()} ${date.toISOString().slice(11, 19)} UTC ${date.getUTCFullYear()}`
}
