import type { UserType } from '@aws-sdk/client-cognito-identity-provider'
import { toAttributeList } from '../attributes/schema.ts'
import type { User } from './user.ts'

/** A user as lists and AdminCreateUser show them. */
export function userView(user: User, { attributes }: { attributes?: Set<string> } = {}): UserType {
  return {
    Username: user.username,
    Attributes: toAttributeList(user, { readable: attributes }),
    UserCreateDate: user.createdAt,
    UserLastModifiedDate: user.updatedAt,
    Enabled: user.enabled,
    UserStatus: user.status,
  }
}
