import { secondFactors } from '../factors/index.ts'
import { softwareTokenMfa } from '../factors/software-token-mfa.ts'
import { type MfaFactor, mfaFactors } from '../pools/mfa-factors.ts'
import type { Pool } from '../pools/pool.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { type RecoveryAttribute, recoveryMechanisms } from './recovery-attribute.ts'

/** The second factor of a user who has proven a password. */
export type SecondFactor =
  | { kind: 'none' }
  | { kind: 'ask'; factor: MfaFactor }
  | { kind: 'choose'; factors: MfaFactor[] }
  | { kind: 'setUp'; factors: MfaFactor[] }
  | { kind: 'impossible' }

export interface MfaPerson {
  pool: Pool
  user: Pick<User, 'attributes'>
  mfa: MfaOfUser
}

/**
 * The published rule. The user's preference decides; without one, in a pool that requires a second factor, any that the
 * user could use, but never a code to the address where codes for a new password go: a reader of that mailbox would
 * need nothing else.
 */
export function secondFactorOf(person: MfaPerson): SecondFactor {
  const { pool, mfa } = person
  const required = pool.settings.MfaConfiguration
  if (!required || required === 'OFF') return { kind: 'none' }

  const own = enabledFactors(person)
  const preferred = own.find((factor) => factor === mfa.preferred)
  if (preferred) return { kind: 'ask', factor: preferred }
  if (required === 'OPTIONAL') return own.length === 0 ? { kind: 'none' } : askOrChoose(own)
  return unpreferred(person)
}

/** The second factor for a risky sign-in: in pools where second factors are optional, any that the user has. */
export function factorAtRisk(person: MfaPerson): SecondFactor {
  if (person.pool.settings.MfaConfiguration !== 'OPTIONAL') return { kind: 'none' }
  const own = secondFactorOf(person)
  return own.kind === 'none' ? unpreferred(person) : own
}

/**
 * The factors that the user has turned on and could use. An authenticator app counts even where new ones can't be set
 * up.
 */
export function enabledFactors({ pool, user, mfa }: MfaPerson): MfaFactor[] {
  if ((pool.settings.MfaConfiguration ?? 'OFF') === 'OFF') return []
  const offered = mfaFactors(pool.settings)
  const usable = ranked.filter(({ name, sendsTo }) => {
    if (!mfa.enabled.includes(name)) return false
    return sendsTo ? offered.has(name) && Boolean(user.attributes[sendsTo]) : mfa.token !== undefined
  })
  return namesOf(usable)
}

const ranked = secondFactors.toSorted((one, other) => one.second.rank - other.second.rank)

type Facts = (typeof secondFactors)[number]

const namesOf = (factors: Facts[]): MfaFactor[] => factors.map(({ name }) => name)

function unpreferred({ pool, user, mfa }: MfaPerson): SecondFactor {
  const offered = mfaFactors(pool.settings)
  const recovery = primaryRecovery(pool)
  const open = ranked.filter(({ name }) => offered.has(name))
  const byMessage = open.filter(({ sendsTo }) => sendsTo !== undefined && sendsTo !== recovery)
  const byApp = open.filter(({ sendsTo }) => sendsTo === undefined)
  const received = byMessage.filter(({ sendsTo }) => user.attributes[sendsTo!])
  if (mfa.token && byApp.length > 0) return askOrChoose(namesOf([...received, ...byApp]))
  if (received.length > 0) return askOrChoose(namesOf(received))
  if (mfa.token) return { kind: 'ask', factor: softwareTokenMfa.name }

  const hasAddress = Boolean(user.attributes.email || user.attributes.phone_number)
  // As documented: a user whose only address is the recovery medium is refused, and not asked to set up an app.
  const recoveryIsFactor = open.some(({ sendsTo }) => sendsTo !== undefined && sendsTo === recovery)
  if (recoveryIsFactor && recovery && user.attributes[recovery]) {
    const other = recovery === 'email' ? 'phone_number' : 'email'
    if (!user.attributes[other]) return { kind: 'impossible' }
  }
  const factors = namesOf(hasAddress ? byApp : [...byMessage, ...byApp])
  return factors.length > 0 ? { kind: 'setUp', factors } : { kind: 'impossible' }
}

export function askOrChoose(factors: MfaFactor[]): SecondFactor {
  return factors.length === 1 ? { kind: 'ask', factor: factors[0]! } : { kind: 'choose', factors }
}

/** Undefined where users can't set a new password themselves. */
function primaryRecovery(pool: Pool): RecoveryAttribute | undefined {
  const mechanisms = recoveryMechanisms(pool)
  return mechanisms === 'admin_only' ? undefined : mechanisms[0]
}
