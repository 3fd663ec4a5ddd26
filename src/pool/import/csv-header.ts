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

export const usernameColumn = 'cognito:username'
export const mfaColumn = 'cognito:mfa_enabled'
export const passwordColumn = 'password_hash'

/** The columns of a file for this pool, in the order of the template. */
export function csvHeader(pool: Pool): string[] {
  const custom = pool.settings.SchemaAttributes.map(({ Name }) => Name!).filter((name) => /^(dev:)?custom:/.test(name))
  return [...standard, ...custom, mfaColumn, usernameColumn, passwordColumn]
}

/**
 * What is wrong with a file's header for a job, as its completion message; undefined where it can be used. A file must
 * have every column of the template, says the documentation, and shows one with hashes that has only those it needs.
 */
export function headerFault(pool: Pool, columns: string[], hashed: boolean): string | undefined {
  const template = csvHeader(pool)
  const required = hashed ? [usernameColumn, passwordColumn] : template.filter((name) => name !== passwordColumn)
  const missing = required.find((name) => !columns.includes(name))
  if (missing) return `The header in the CSV file lacks the column ${missing}.`
  if (columns.some((name) => !template.includes(name)))
    return 'The header in the CSV file has a column that the user pool does not know.'
  if (new Set(columns).size !== columns.length) return 'The header in the CSV file names a column twice.'
  return undefined
}
