/** What a pool's configuration and a user's own second factors require of a passkey. */

import { webAuthn } from '../factors/web-authn.ts'
import { enabledFactors } from '../mfa/second-factor.ts'
import { allowsFirstFactor } from '../pools/first-factors.ts'
import type { Pool } from '../pools/pool.ts'
import type { MfaOfUser } from '../users/mfa.ts'
import type { User } from '../users/user.ts'

export interface PasskeyOwner {
  pool: Pool
  /** Absent for an unknown name. */
  user?: User
  mfa?: MfaOfUser
}

export const allowsPasskeys = ({ settings }: Pool): boolean => allowsFirstFactor(settings, webAuthn.name)

/** Whether a passkey that has verified its user counts as two factors. */
const isMultiFactor = ({ settings }: Pool): boolean =>
  settings.WebAuthnConfiguration?.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION'

/**
 * No second factor follows a passkey. Where one is required, the passkey itself has to count as two: by the pool's
 * configuration, and by the user's own where that is up to the user.
 */
export function mayUsePasskey({ pool, user, mfa }: PasskeyOwner): boolean {
  if (!allowsPasskeys(pool)) return false
  const required = pool.settings.MfaConfiguration
  if (required === 'ON') return isMultiFactor(pool)
  if (!requiresSecondFactor({ pool, user, mfa })) return true
  return isMultiFactor(pool) && mfa?.enabled.includes('WEB_AUTHN_MFA') === true
}

export function requiresUserVerification(owner: PasskeyOwner): boolean {
  const { pool, mfa } = owner
  if (pool.settings.WebAuthnConfiguration?.UserVerification === 'required') return true
  if (!isMultiFactor(pool)) return false
  return requiresSecondFactor(owner) || mfa?.enabled.includes('WEB_AUTHN_MFA') === true
}

function requiresSecondFactor({ pool, user, mfa }: PasskeyOwner): boolean {
  if (pool.settings.MfaConfiguration === 'ON') return true
  return user !== undefined && mfa !== undefined && enabledFactors({ pool, user, mfa }).length > 0
}
