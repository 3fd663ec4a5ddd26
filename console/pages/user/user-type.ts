import type { CognitoOutput } from '../../api/wire.ts'

export type User = CognitoOutput<'AdminGetUser'>

/** What each part of the page is given. */
export interface Shown {
  UserPoolId: string
  Username: string
  user: User
}

export const attributeOf = ({ UserAttributes = [] }: User, name: string): string | undefined =>
  UserAttributes.find(({ Name }) => Name === name)?.Value

/** How people know the user: usernames are often ids. */
export const displayName = (user: User): string =>
  attributeOf(user, 'email') ??
  attributeOf(user, 'phone_number') ??
  attributeOf(user, 'preferred_username') ??
  user.Username!

/** An element of the attribute `identities`. */
export interface Identity {
  providerName: string
  providerType?: string
  userId: string
  /** The user was made for it. */
  primary?: boolean
  /** In milliseconds since 1970. */
  dateCreated?: number
}

export function identitiesOf(user: User): Identity[] {
  try {
    const parsed: unknown = JSON.parse(attributeOf(user, 'identities') ?? '[]')
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}
