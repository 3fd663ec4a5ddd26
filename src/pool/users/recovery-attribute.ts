import { NotAuthorized } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from './user.ts'

const attributeOf = { verified_email: 'email', verified_phone_number: 'phone_number' } as const

/**
 * Where a code for a new password goes: the best of the pool's recovery mechanisms that the user has verified. A pool
 * without the setting prefers the phone.
 * @throws NotAuthorizedException where only an administrator may help
 */
export function recoveryAttribute(pool: Pool, user: User): 'email' | 'phone_number' | undefined {
  const mechanisms = pool.settings.AccountRecoverySetting?.RecoveryMechanisms ?? []
  if (mechanisms.some(({ Name }) => Name === 'admin_only'))
    throw new NotAuthorized('Contact administrator to reset password.')
  const names =
    mechanisms.length > 0
      ? mechanisms.toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0)).map(({ Name }) => Name)
      : (['verified_phone_number', 'verified_email'] as const)
  return names
    .map((name) => attributeOf[name as keyof typeof attributeOf])
    .find((attribute) => user.attributes[attribute] && user.attributes[`${attribute}_verified`] === 'true')
}
