import { type ForeignAlgorithm, isForeignHash } from '../../lib/foreign-hash.ts'
import { ServiceError } from '../../model/errors.ts'
import { checkAttributes } from '../attributes/schema.ts'
import type { Pool } from '../pools/pool.ts'
import { codeFactors } from '../users/create-invited-user.ts'
import { type LoginName, loginNamesOf } from '../users/login-names.ts'
import { newUsername } from '../users/username.ts'
import { passwordColumn } from './csv-header.ts'

/** A user as a row describes one, checked as far as the pool alone can tell. */
export interface ImportedUser {
  id: string
  username: string
  status: 'RESET_REQUIRED' | 'CONFIRMED'
  attributes: Record<string, string>
  names: LoginName[]
  /** As another system made it. */
  hash: string | null
}

/** @returns what is wrong with the row, as its line of the log says it */
export function readRow(
  pool: Pool,
  columns: string[],
  fields: string[],
  algorithm: ForeignAlgorithm | null,
): ImportedUser | string {
  if (fields.length !== columns.length) return 'The number of columns differs from the header.'
  const row = new Map(columns.map((name, i) => [name, fields[i]!]))
  const typed = row.get('cognito:username')!
  if (typed === '') return 'The required column cognito:username is empty.'
  if (/\s/.test(typed) || typed.length > 128) return 'The username has white space, or is too long.'
  const verified = verificationFault(pool, row)
  if (verified) return verified
  const mfa = row.get('cognito:mfa_enabled')!.toLowerCase()
  if (!['', 'true', 'false'].includes(mfa)) return 'cognito:mfa_enabled is true, false or empty.'
  const poolMfa = pool.settings.MfaConfiguration ?? 'OFF'
  if (mfa === 'true' && poolMfa === 'OFF') return 'The user pool has no MFA.'
  if (mfa === 'false' && poolMfa === 'ON') return 'The user pool requires MFA.'
  const hash = algorithm ? (row.get(passwordColumn) ?? '') : ''
  if (algorithm && hash !== '' && !isForeignHash(algorithm, hash))
    return 'The password hash is not one that is accepted.'

  const given = [...row]
    .filter(([name, value]) => value !== '' && !notAttributes.has(name))
    .map(([Name, Value]) => ({ Name, Value }))
  try {
    const named = newUsername(pool, typed, given)
    const attributes = checkAttributes(pool, named.attributes, { creating: true, writer: 'admin', required: 'all' })
    const { id, username } = named
    const names = loginNamesOf(pool, { username, attributes })
    const signsIn = hash !== '' || codeFactors(pool).some((attribute) => attributes[attribute])
    const status = signsIn ? 'CONFIRMED' : 'RESET_REQUIRED'
    return { id, username, status, attributes, names, hash: hash || null }
  } catch (error) {
    if (error instanceof ServiceError) return error.message.trim().replaceAll('\n', ' ')
    throw error
  }
}

const notAttributes = new Set(['cognito:username', 'cognito:mfa_enabled', passwordColumn])

/** Somebody has to be able to reach a user who has no password yet: by an address that is verified, and there. */
function verificationFault(pool: Pool, row: Map<string, string>): string | undefined {
  const auto = pool.settings.AutoVerifiedAttributes ?? []
  const isVerified = (attribute: string) => row.get(`${attribute}_verified`)!.toLowerCase() === 'true'
  for (const attribute of ['email', 'phone_number'])
    if (isVerified(attribute) && row.get(attribute) === '') return `${attribute} is verified, but empty.`
  if (!auto.some(isVerified))
    return 'The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).'
  return undefined
}
