import type { Context } from '../../context.ts'
import { newSalt, srpVerifier } from '../../lib/srp.ts'
import type { Pool } from '../pools/pool.ts'
import { loginName } from '../users/user.ts'

/**
 * What SRP answers for a name that no user has (RFC 5054, 2.5.1.3): always the same salt and id for the same name and
 * pool, so that repeated questions reveal nothing.
 */
export function simulatedSrp(
  ctx: Context,
  pool: Pool,
  typed: string,
): { userId: string; salt: Buffer; verifier: Buffer } {
  const bytes = (use: string, size: number): Buffer =>
    ctx.keyring.mac('simulated-user', use, pool.id, loginName(pool, typed)).subarray(0, size)
  let draws = 0
  return {
    userId: asUuid(bytes('id', 16)),
    salt: newSalt((size) => bytes(`salt ${draws++}`, size)),
    verifier: nobodysVerifier(),
  }
}

/** Whether the name that a client answers under is the one that was made up for `typed`. */
export const isSimulatedId = (ctx: Context, pool: Pool, typed: string, name: string): boolean =>
  name === simulatedSrp(ctx, pool, typed).userId

function asUuid(bytes: Buffer): string {
  const digits = Buffer.from(bytes)
  digits[6] = 0x40 | (digits[6]! & 0x0f)
  digits[8] = 0x80 | (digits[8]! & 0x3f)
  const hex = digits.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

let verifier: Buffer | undefined

// One for every made-up user: B hides it behind a random power, and a password for it is not known to anyone.
function nobodysVerifier(): Buffer {
  verifier ??= srpVerifier({ poolName: '', userId: '', password: newSalt().toString('hex'), salt: newSalt() })
  return verifier
}
