import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider'
import { uuidv4 } from '../../lib/ids.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { isEmail, isPhoneNumber, keptValue } from '../attributes/formats.ts'
import type { Pool } from '../pools/pool.ts'
import { loginName } from './user.ts'

export interface NewUsername {
  /** The `sub`. */
  id: string
  username: string
  /** The attributes of the request, with the one that was typed as the name. */
  attributes: AttributeType[]
}

/**
 * The username and attributes for the name that a new user was created with. Where e-mail addresses or phone numbers
 * are the usernames the name is an attribute, and the username becomes the sub. @throws InvalidParameterException for a
 * name of the wrong form
 */
export function newUsername(pool: Pool, typed: string, input: AttributeType[]): NewUsername {
  const id = uuidv4()
  const attribute = usernameAttribute(pool, typed)
  if (!attribute) {
    refuseAliasForm(pool, typed)
    return { id, username: loginName(pool, typed), attributes: input }
  }
  const others = input.filter(({ Name }) => Name !== attribute)
  const contradicts = input.some(
    ({ Name, Value }) =>
      Name === attribute && keptValue(pool, attribute, Value ?? '') !== keptValue(pool, attribute, typed),
  )
  if (contradicts)
    throw new InvalidParameter(`The username and the attribute ${attribute} are not the same.`, { field: attribute })
  return { id, username: id, attributes: [...others, { Name: attribute, Value: typed }] }
}

/** The attribute that serves as username and has the form of what was typed; undefined where usernames are names. */
function usernameAttribute(pool: Pool, typed: string): 'email' | 'phone_number' | undefined {
  const attributes = pool.settings.UsernameAttributes ?? []
  if (attributes.length === 0) return undefined
  if (attributes.includes('email') && isEmail(typed)) return 'email'
  if (attributes.includes('phone_number') && isPhoneNumber(typed)) return 'phone_number'
  if (attributes.length === 2)
    throw new InvalidParameter('Username should be either an email or a phone number.', {
      reason: 'username-is-either',
      field: 'username',
    })
  throw attributes.includes('email')
    ? new InvalidParameter('Username should be an email.', { reason: 'username-is-email', field: 'username' })
    : new InvalidParameter('Username should be a phone number.', { reason: 'username-is-phone', field: 'username' })
}

// A name in the form of an alias could be taken for another user's.
function refuseAliasForm(pool: Pool, typed: string): void {
  const aliases = pool.settings.AliasAttributes ?? []
  if (aliases.includes('email') && isEmail(typed))
    throw new InvalidParameter('Username cannot be of email format, since user pool is configured for email alias.', {
      reason: 'username-like-email',
      field: 'username',
    })
  if (aliases.includes('phone_number') && isPhoneNumber(typed))
    throw new InvalidParameter(
      'Username cannot be of phone number format, since user pool is configured for phone number alias.',
      { reason: 'username-like-phone', field: 'username' },
    )
}
