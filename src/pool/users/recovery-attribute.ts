import { NotAuthorized } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from './user.ts'

export type RecoveryAttribute = 'email' | 'phone_number'

const attributeOf: Record<string, RecoveryAttribute> = {
  verified_email: 'email',
  verified_phone_number: 'phone_number',
}

/** The pool's recovery mechanisms, best first. A pool without the setting prefers the phone. */
export function recoveryMechanisms(pool: Pool): RecoveryAttribute[] | 'admin_only' {
  const mechanisms = pool.settings.AccountRecoverySetting?.RecoveryMechanisms ?? []
  if (mechanisms.length === 0) return ['phone_number', 'email']
  if (mechanisms.some(({ Name }) => Name === 'admin_only')) return 'admin_only'
  return mechanisms
    .toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0))
    .map(({ Name }) => attributeOf[Name ?? ''])
    .filter((attribute) => attribute !== undefined)
}

/** @throws NotAuthorizedException where only an administrator may help */
export function recoveryAttributes(pool: Pool): RecoveryAttribute[] {
  const mechanisms = recoveryMechanisms(pool)
  if (mechanisms === 'admin_only') throw new NotAuthorized('Contact administrator to reset password.')
  return mechanisms
}

/**
 * Where a code for a new password goes: the best of the pool's recovery mechanisms that the user has verified.
 * @throws NotAuthorizedException where only an administrator may help
 */
export function recoveryAttribute(pool: Pool, user: Pick<User, 'attributes'>): RecoveryAttribute | undefined {
  return recoveryAttributes(pool).find(
    (attribute) => user.attributes[attribute] && user.attributes[`${attribute}_verified`] === 'true',
  )
}
