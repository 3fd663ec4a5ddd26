import type { Trx } from '../../context.ts'
import { InvalidParameter, UserNotFound } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { followAttributes, isLoginAttribute, loginNamesOf } from './login-names.ts'
import type { User } from './user.ts'
import { updateUser } from './user-store.ts'

const verifiable = { email: 'email_verified', phone_number: 'phone_number_verified' } as const

/**
 * Makes changes that `checkAttributes` has accepted: a changed address loses its verification unless the verification
 * is set too, and the user's login names follow. @throws AliasExistsException, InvalidParameterException for a
 * verification of nothing, UserNotFoundException
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
  if (namesMayChange) {
    if (loginNamesOf(pool, changed).length === 0)
      throw new InvalidParameter('The username of a user cannot be removed.')
    await followAttributes(trx, pool, changed, { force, now })
  }
  return changed
}

/** @throws InvalidParameterException where the verification of an absent address is set */
export function checkVerification(changes: Record<string, string>, present: Record<string, string> = {}): void {
  if (changes.email_verified && !(changes.email ?? present.email))
    throw new InvalidParameter('Email is required to verify/un-verify an email')
  if (changes.phone_number_verified && !(changes.phone_number ?? present.phone_number))
    throw new InvalidParameter('Phone Number is required to verify/un-verify a phone number')
}

function withVerification(user: User, changes: Record<string, string>): Record<string, string> {
  checkVerification(changes, user.attributes)
  const all = { ...changes }
  for (const [attribute, mark] of Object.entries(verifiable)) {
    const value = changes[attribute]
    if (value === undefined || changes[mark]) continue
    if (value === '') all[mark] = ''
    else if (value !== user.attributes[attribute]) all[mark] = 'false'
  }
  return all
}
