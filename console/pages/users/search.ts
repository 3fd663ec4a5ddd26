/** What is typed in the search of users, as the filter of ListUsers. */

export const searchable = [
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'sub',
  'cognito:user_status',
  'status',
] as const

export type Searchable = (typeof searchable)[number]

/** Which attribute is meant, by what it looks like; where users sign in with their address, a bare word begins one. */
function guessAttribute(text: string, signInNames: readonly string[]): Searchable {
  if (text.includes('@')) return 'email'
  if (/^\+\d/.test(text)) return 'phone_number'
  if (/^[0-9a-f]{8}-[0-9a-f-]*$/i.test(text)) return 'sub'
  return signInNames.includes('email') ? 'email' : 'username'
}

/** Users whose attribute begins so; undefined for all of them. */
export function filterOf(
  text: string,
  attribute: Searchable | undefined,
  signInNames: readonly string[] = [],
): string | undefined {
  const wanted = text.trim()
  if (wanted === '') return undefined
  return `${attribute ?? guessAttribute(wanted, signInNames)} ^= "${wanted.replace(/[\\"]/g, '\\$&')}"`
}

/** The attributes that the filter of ListUsers does not know. */
export const otherAttributes = (schema: readonly { Name?: string }[] = []): string[] =>
  schema.map(({ Name }) => Name!).filter((name) => !(searchable as readonly string[]).includes(name))
