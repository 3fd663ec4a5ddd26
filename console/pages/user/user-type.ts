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
