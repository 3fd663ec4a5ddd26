import type { Trx } from '../../context.ts'
import { InvalidParameter, UserNotFound } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { followAttributes, isLoginAttribute } from './login-names.ts'
import type { User } from './user.ts'
import { updateUser } from './user-store.ts'

const verifiable = { email: 'email_verified', phone_number: 'phone_number_verified' } as const

/**
 * Changes that `checkAttributes` let through: an address that changes loses its verification unless it is given anew,
 * and the names that the user signs in with follow.
 * @throws AliasExistsException, InvalidParameterException for a verification of nothing, UserNotFoundException
 */
export async function changeAttributes(
  trx: Trx,
  pool: Pool,
  user: User,
  changes: Record<string, string>,
  { now, force }: { now: Date; force?: boolean },
): Promise<User> {
  const attributes = withVerification(user, changes)
  const changed = await updateUser(trx, pool.id, user.id, { attributes }, now)
  if (!changed) throw new UserNotFound()
  const namesMayChange = Object.keys(attributes).some((name) => isLoginAttribute(pool, name.replace(/_verified$/, '')))
  if (namesMayChange) await followAttributes(trx, pool, changed, { force, now })
  return changed
}

function withVerification(user: User, changes: Record<string, string>): Record<string, string> {
  const all = { ...changes }
  for (const [attribute, mark] of Object.entries(verifiable)) {
    const value = changes[attribute]
    const remaining = value ?? user.attributes[attribute]
    if (changes[mark] && !remaining) throw new InvalidParameter(nothingToVerify[attribute as keyof typeof verifiable])
    if (value === undefined || changes[mark]) continue
    if (value === '') all[mark] = ''
    else if (value !== user.attributes[attribute]) all[mark] = 'false'
  }
  return all
}

export const nothingToVerify = {
  email: 'Email is required to verify/un-verify an email',
  phone_number: 'Phone Number is required to verify/un-verify a phone number',
} as const
