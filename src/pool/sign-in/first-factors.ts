import type { Context } from '../../context.ts'
import { enabledFactors } from '../mfa/second-factor.ts'
import { mayUsePasskey } from '../passkeys/passkey-rules.ts'
import { findRelyingPartyId } from '../passkeys/relying-party.ts'
import { simulatedPasskey } from '../passkeys/simulated-passkey.ts'
import type { Pool } from '../pools/pool.ts'
import type { ChallengeName } from './challenges/index.ts'
import { canReach } from './levels.ts'
import { noMfa } from './second-factor.ts'
import type { SignIn, SignInState } from './sign-in.ts'

type Person = Pick<SignIn, 'pool' | 'user' | 'password' | 'mfa' | 'passkeys'> & {
  state: Pick<SignInState, 'username' | 'target' | 'proven'>
}

interface FirstFactor {
  name: ChallengeName
  /** Whether a user may choose it. A name that no user has is offered what its pool offers. */
  isOffered(person: Person, ctx: Context): boolean
}

/** What a user may begin with in the choice flow, in the order in which it is listed. */
const firstFactors: FirstFactor[] = [
  { name: 'EMAIL_OTP', isOffered: (person) => isCodeOffered(person, 'EMAIL_OTP', 'email') },
  { name: 'SMS_OTP', isOffered: (person) => isCodeOffered(person, 'SMS_OTP', 'phone_number') },
  { name: 'WEB_AUTHN', isOffered: hasPasskey },
  { name: 'PASSWORD_SRP', isOffered: hasPassword },
  { name: 'PASSWORD', isOffered: hasPassword },
]

export function offeredFactors(ctx: Context, person: Person): ChallengeName[] {
  const { target } = person.state
  const offered = firstFactors
    .filter((factor) => factor.isOffered(person, ctx))
    .map(({ name }) => name)
    .filter((name) => !target || canReach(person, name, target))
  // Nothing that would end well; what is wrong is told at the end of it.
  return offered.length > 0 ? offered : ['PASSWORD_SRP', 'PASSWORD']
}

export const isFirstFactor = (name: string): boolean => firstFactors.some((factor) => factor.name === name)

function hasPassword({ user, password }: Person): boolean {
  return !user || password !== undefined
}

/** One that was made for another relying party than the pool's is of no use. */
function hasPasskey({ pool, user, mfa = noMfa, passkeys, state }: Person, ctx: Context): boolean {
  const rpId = findRelyingPartyId(ctx, pool)
  if (!rpId || !mayUsePasskey({ pool, user, mfa })) return false
  if (!user) return simulatedPasskey(ctx, pool, state.username) !== undefined
  return ['CONFIRMED', 'RESET_REQUIRED'].includes(user.status) && passkeys?.includes(rpId) === true
}

/** False for somebody who has come in by a code alone, and has a second factor, or has to have one, by now. */
export function mayEnterByCode(person: Person): boolean {
  const proven = person.state.proven?.factors.map(({ name }) => name) ?? []
  if (proven.includes('pwd')) return true
  if (proven[0] === 'email_otp') return isCodeOffered(person, 'EMAIL_OTP', 'email')
  if (proven[0] === 'sms') return isCodeOffered(person, 'SMS_OTP', 'phone_number')
  return true
}

/** A code to an address is no factor beside a second one: not where the pool requires that, nor for users who have one. */
function isCodeOffered(person: Person, name: 'EMAIL_OTP' | 'SMS_OTP', attribute: 'email' | 'phone_number'): boolean {
  const { pool, user, mfa = noMfa } = person
  if (!allows(pool, name) || pool.settings.MfaConfiguration === 'ON') return false
  if (!user) return true
  const usable = ['CONFIRMED', 'UNCONFIRMED', 'RESET_REQUIRED'].includes(user.status)
  return usable && Boolean(user.attributes[attribute]) && enabledFactors({ pool, user, mfa }).length === 0
}

const allows = (pool: Pool, name: 'EMAIL_OTP' | 'SMS_OTP'): boolean =>
  pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.includes(name) ?? false
