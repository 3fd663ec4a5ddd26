import { type MfaFactor, mfaFactors } from '../pools/mfa-factors.ts'
import type { Pool } from '../pools/pool.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import type { User } from '../users/user.ts'
import { type RecoveryAttribute, recoveryMechanisms } from './recovery-attribute.ts'

/** What a user who has proven a password owes. */
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

const attributeOf = { SMS_MFA: 'phone_number', EMAIL_OTP: 'email' } as const

/**
 * The published decision. A preference decides; without one, in a pool that requires a second factor, whatever the user
 * could give, but never a code to where codes for a new password go: who reads that mailbox would need nothing else.
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

/** What is owed where a sign-in is unlike its user: in pools that leave second factors to their users, any that there is. */
export function factorAtRisk(person: MfaPerson): SecondFactor {
  if (person.pool.settings.MfaConfiguration !== 'OPTIONAL') return { kind: 'none' }
  const own = secondFactorOf(person)
  return own.kind === 'none' ? unpreferred(person) : own
}

/** What the user has turned on and could give now. An authenticator app counts even where new ones can't be set up. */
export function enabledFactors({ pool, user, mfa }: MfaPerson): MfaFactor[] {
  if ((pool.settings.MfaConfiguration ?? 'OFF') === 'OFF') return []
  const offered = mfaFactors(pool.settings)
  return factorOrder.filter((factor) => {
    if (!mfa.enabled.includes(factor)) return false
    if (factor === 'SOFTWARE_TOKEN_MFA') return mfa.token !== undefined
    return offered.has(factor) && Boolean(user.attributes[attributeOf[factor]])
  })
}

const factorOrder: MfaFactor[] = ['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA']

function unpreferred({ pool, user, mfa }: MfaPerson): SecondFactor {
  const offered = mfaFactors(pool.settings)
  const recovery = primaryRecovery(pool)
  const mayReceive = (['SMS_MFA', 'EMAIL_OTP'] as const).filter(
    (factor) => offered.has(factor) && attributeOf[factor] !== recovery,
  )
  const receives = mayReceive.filter((factor) => user.attributes[attributeOf[factor]])
  if (mfa.token && offered.has('SOFTWARE_TOKEN_MFA')) return askOrChoose([...receives, 'SOFTWARE_TOKEN_MFA'])
  if (receives.length > 0) return askOrChoose(receives)
  if (mfa.token) return { kind: 'ask', factor: 'SOFTWARE_TOKEN_MFA' }

  const app = offered.has('SOFTWARE_TOKEN_MFA') ? (['SOFTWARE_TOKEN_MFA'] as const) : []
  const hasAddress = Boolean(user.attributes.email || user.attributes.phone_number)
  const factors = hasAddress ? [...app] : [...mayReceive, ...app]
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
