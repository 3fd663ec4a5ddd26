import type { Factor } from '../factors/factor.ts'
import { enabledFactors } from '../mfa/second-factor.ts'
import { allowsFirstFactor } from '../pools/first-factors.ts'
import { noMfa } from './no-mfa.ts'
import type { SignInPerson } from './sign-in.ts'

export function hasPassword({ password }: SignInPerson): boolean {
  return password !== undefined
}

/**
 * A code to an address can't be the first factor where a second one follows: neither where the pool requires that, nor
 * for users who have one.
 */
export function isCodeOffered(person: SignInPerson, { name, sendsTo }: Pick<Factor, 'name' | 'sendsTo'>): boolean {
  const { pool, user, mfa = noMfa } = person
  if (!user || !allowsFirstFactor(pool.settings, name) || pool.settings.MfaConfiguration === 'ON') return false
  const usable = ['CONFIRMED', 'UNCONFIRMED', 'RESET_REQUIRED'].includes(user.status)
  return usable && Boolean(user.attributes[sendsTo!]) && enabledFactors({ pool, user, mfa }).length === 0
}
