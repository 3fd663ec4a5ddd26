import type { ProviderUserIdentifierType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { InvalidParameter, UserNotFound } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { requireUser, type User } from '../users/user.ts'
import { findUserById } from '../users/user-store.ts'
import { findIdentity, type IdentityKey, subjectAttribute } from './identity-store.ts'

/** The API's name for the pool's own users. */
export const isLocal = (name: string | undefined): boolean => name?.toLowerCase() === 'cognito'

/** A user of the pool itself by name, or a profile of a provider by its id there. @throws UserNotFoundException */
export async function requireDestination(
  ctx: Context,
  pool: Pool,
  { ProviderName: provider, ProviderAttributeValue: value }: ProviderUserIdentifierType,
): Promise<User> {
  if (!provider || !value) throw new InvalidParameter('DestinationUser needs ProviderName and ProviderAttributeValue.')
  if (isLocal(provider)) return requireUser(ctx.db, pool, value)
  const identity = await findIdentity(ctx.db, pool.id, { provider, attribute: subjectAttribute, value })
  const user = identity && (await findUserById(ctx.db, pool.id, identity.user_id))
  if (!user) throw new UserNotFound()
  return user
}

/** @throws InvalidParameterException where a part is missing, or longer than any identity */
export function requireIdentityKey(input: ProviderUserIdentifierType, what: string): IdentityKey {
  const { ProviderName: provider, ProviderAttributeName: attribute, ProviderAttributeValue: value } = input
  if (!provider || !attribute || !value)
    throw new InvalidParameter(`${what} needs ProviderName, ProviderAttributeName and ProviderAttributeValue.`)
  if (attribute.length > 128 || Buffer.byteLength(value) > 2048 || value.includes('\0'))
    throw new InvalidParameter(`Invalid ${what}: its attribute is longer than any identity.`)
  return { provider, attribute, value }
}
