import type { Context } from '../../context.ts'
import { newSalt, srpVerifier } from '../../lib/srp.ts'
import { secondFactors } from '../factors/index.ts'
import { allowsPasskeys } from '../passkeys/passkey-rules.ts'
import { findRelyingPartyId } from '../passkeys/relying-party.ts'
import { simulatedPasskeys } from '../passkeys/simulated-passkey.ts'
import { codeAttributes } from '../pools/first-factors.ts'
import { mfaFactors } from '../pools/mfa-factors.ts'
import type { Pool } from '../pools/pool.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import { simulatedAddresses, simulationBytes } from '../users/simulated-addresses.ts'
import type { User } from '../users/user.ts'
import type { PasswordOfUser, SignInPerson } from './sign-in.ts'

/**
 * What SRP answers for an unknown name (RFC 5054, 2.5.1.3): always the same salt and id for the same name and pool, so
 * that repeated requests reveal nothing.
 */
export function simulatedSrp(
  ctx: Context,
  pool: Pool,
  typed: string,
): { userId: string; salt: Buffer; verifier: Buffer } {
  const bytes = (use: string, size: number): Buffer => simulationBytes(ctx, pool, typed, use).subarray(0, size)
  let draws = 0
  return {
    userId: asUuid(bytes('id', 16)),
    salt: newSalt((size) => bytes(`salt ${draws++}`, size)),
    verifier: nobodysVerifier(),
  }
}

/** Whether the name in a client's answer is the simulated one for `typed`. */
export const isSimulatedId = (ctx: Context, pool: Pool, typed: string, name: string): boolean =>
  name === simulatedSrp(ctx, pool, typed).userId

/**
 * The person whose factors a sign-in offers: the user, or a simulated one for an unknown name. Its state, addresses,
 * factors and passkeys are derived from the name and the server's key, so that unknown names look like a population of
 * users, and the same name always looks the same. It never gets tokens.
 */
export function seemingPerson<P extends SignInPerson>(ctx: Context, person: P): P {
  if (person.user) return person
  const { pool, state } = person
  const typed = state.username
  const draws = simulationBytes(ctx, pool, typed, 'person')
  const invited = draws[0]! < 256 * shares.invited
  const now = ctx.clock.now()
  const user: User = {
    poolId: pool.id,
    id: simulatedSrp(ctx, pool, typed).userId,
    username: typed,
    status: invited ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
    enabled: true,
    attributes: simulatedAddresses(ctx, pool, typed),
    tokensValidFrom: null,
    createdAt: now,
    updatedAt: now,
  }
  const rpId = allowsPasskeys(pool) ? findRelyingPartyId(ctx, pool) : undefined
  const passkeys = rpId && simulatedPasskeys(ctx, pool, typed).length > 0 ? [rpId] : []
  const passwordless = !invited && draws[1]! < 256 * shares.passwordless && isSignedInByCode(pool, user.attributes)
  const stored = { hash: '', srpSalt: null, srpSealed: null, temporary: invited, expiresAt: null, setAt: now }
  const password: PasswordOfUser | undefined = passwordless ? undefined : stored
  return { ...person, user, passkeys, mfa: simulatedMfa(pool, user.attributes, draws), password } as P
}

const shares = { invited: 1 / 8, passwordless: 1 / 4, mfa: { OFF: 0, OPTIONAL: 1 / 8, ON: 7 / 8 } }

/** Users with an address for codes may have no password. */
function isSignedInByCode({ settings }: Pool, attributes: User['attributes']): boolean {
  return settings.MfaConfiguration !== 'ON' && codeAttributes(settings).some((attribute) => attributes[attribute])
}

function simulatedMfa({ settings }: Pool, attributes: User['attributes'], draws: Buffer): MfaOfUser {
  if (draws[2]! >= 256 * shares.mfa[settings.MfaConfiguration ?? 'OFF']) return { enabled: [] }
  const offered = mfaFactors(settings)
  const possible = secondFactors.filter(
    ({ name, sendsTo }) => offered.has(name) && (!sendsTo || attributes[sendsTo] !== undefined),
  )
  const factor = possible[draws[3]! % possible.length]
  if (!factor) return { enabled: [] }
  const token = factor.sendsTo ? undefined : { sealed: Buffer.alloc(0), name: '', lastStep: 0 }
  // Half of the users with a second factor let their passkeys stand in for it.
  return { enabled: draws[4]! < 128 ? [factor.name, 'WEB_AUTHN_MFA'] : [factor.name], token }
}

function asUuid(bytes: Buffer): string {
  const digits = Buffer.from(bytes)
  digits[6] = 0x40 | (digits[6]! & 0x0f)
  digits[8] = 0x80 | (digits[8]! & 0x3f)
  const hex = digits.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

let verifier: Buffer | undefined

// The verifier of all simulated users: B hides it behind a random power, and nobody knows a password for it.
function nobodysVerifier(): Buffer {
  verifier ??= srpVerifier({ poolName: '', userId: '', password: newSalt().toString('hex'), salt: newSalt() })
  return verifier
}
