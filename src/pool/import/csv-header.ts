import type { Pool } from '../pools/pool.ts'

const standard = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'email',
  'email_verified',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
  'phone_number_verified',
  'address',
  'updated_at',
]

/** The columns of a file for this pool, in the order of the template. */
export function csvHeader(pool: Pool): string[] {
  const custom = pool.settings.SchemaAttributes.map(({ Name }) => Name!).filter((name) => /^(dev:)?custom:/.test(name))
  return [...standard, ...custom, 'cognito:mfa_enabled', 'cognito:username']
}

export const passwordColumn = 'password_hash'

/** What is wrong with a file's header for a job, as its completion message; undefined where it can be used. */
export function headerFault(pool: Pool, columns: string[], hashed: boolean): string | undefined {
  const wanted = csvHeader(pool)
  const missing = wanted.filter((name) => !columns.includes(name))
  if (missing.length > 0) return `The header in the CSV file lacks the column ${missing[0]}.`
  const unknown = columns.filter((name) => !wanted.includes(name) && name !== passwordColumn)
  if (unknown.length > 0) return `The header in the CSV file has a column that the user pool does not know.`
  if (new Set(columns).size !== columns.length) return 'The header in the CSV file names a column twice.'
  if (hashed && !columns.includes(passwordColumn)) return `The CSV file lacks the column ${passwordColumn}.`
  return undefined
}
