import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider'
import { type ForeignAlgorithm, isForeignHash } from '../../lib/foreign-hash.ts'
import { ServiceError } from '../../model/errors.ts'
import { checkAttributes } from '../attributes/schema.ts'
import { codeAttributes } from '../pools/first-factors.ts'
import type { Pool } from '../pools/pool.ts'
import { type LoginName, loginNamesOf } from '../users/login-names.ts'
import { type SearchForms, searchForms } from '../users/search-form.ts'
import { newUsername } from '../users/username.ts'
import { mfaColumn, passwordColumn, usernameColumn } from './csv-header.ts'

/** A user as a row describes one, checked as far as the pool alone can tell. */
export interface ImportedUser {
  id: string
  username: string
  status: 'RESET_REQUIRED' | 'CONFIRMED'
  attributes: Record<string, string>
  forms: SearchForms | null
  names: LoginName[]
  /** As another system made it. */
  hash: string | null
}

/** As the operations take it. Neither NUL nor white space is in these classes. */
const usernameForm = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u

/** A user, or what is wrong with the row, as its line of the log says it. */
export type RowReader = (fields: string[]) => ImportedUser | string

/** Reads the rows of a file. What the header tells is found out once: there may be half a million of them. */
export function rowReader(pool: Pool, columns: string[], algorithm: ForeignAlgorithm | null): RowReader {
  const at = (name: string) => columns.indexOf(name)
  const [usernameAt, mfaAt, passwordAt] = [at(usernameColumn), at(mfaColumn), at(passwordColumn)]
  const poolMfa = pool.settings.MfaConfiguration ?? 'OFF'
  const contacts = (['email', 'phone_number'] as const).map((name) => ({
    name,
    valueAt: at(name),
    verifiedAt: at(`${name}_verified`),
    isAuto: pool.settings.AutoVerifiedAttributes?.includes(name) ?? false,
  }))
  const codes = codeAttributes(pool.settings)

  return (fields) => {
    if (fields.length !== columns.length) return 'The number of columns differs from the header.'
    // A file with hashes may lack columns.
    const field = (index: number) => fields[index] ?? ''
    const typed = field(usernameAt)
    if (typed === '') return 'The required column cognito:username is empty.'
    if (typed.length > 128) return 'The username is longer than 128 characters.'
    if (!usernameForm.test(typed)) return 'The username has white space, or other characters that are not accepted.'
    // Somebody has to be able to reach a user who has no password yet: by an address that is verified, and there.
    const verified = contacts.filter(({ verifiedAt }) => isTrue(field(verifiedAt)))
    const empty = verified.find(({ valueAt }) => field(valueAt) === '')
    if (empty) return `${empty.name} is verified, but empty.`
    if (!verified.some(({ isAuto }) => isAuto))
      return 'The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).'
    const mfa = field(mfaAt).toLowerCase()
    if (!['', 'true', 'false'].includes(mfa)) return 'cognito:mfa_enabled is true, false or empty.'
    if (mfa === 'true' && poolMfa === 'OFF') return 'The user pool has no MFA.'
    if (mfa === 'false' && poolMfa === 'ON') return 'The user pool requires MFA.'
    const hash = algorithm ? field(passwordAt) : ''
    if (algorithm && hash !== '' && !isForeignHash(algorithm, hash))
      return 'The password hash is not one that is accepted.'

    const given: AttributeType[] = []
    fields.forEach((Value, index) => {
      if (Value !== '' && index !== usernameAt && index !== mfaAt && index !== passwordAt)
        given.push({ Name: columns[index]!, Value })
    })
    try {
      const named = newUsername(pool, typed, given)
      const attributes = checkAttributes(pool, named.attributes, { creating: true, writer: 'admin', required: 'all' })
      const { id, username } = named
      const names = loginNamesOf(pool, { username, attributes })
      const signsIn = hash !== '' || codes.some((attribute) => attributes[attribute])
      const status = signsIn ? 'CONFIRMED' : 'RESET_REQUIRED'
      return { id, username, status, attributes, forms: searchForms(attributes), names, hash: hash || null }
    } catch (error) {
      if (error instanceof ServiceError) return error.message.trim().replaceAll('\n', ' ')
      throw error
    }
  }
}

const isTrue = (value: string) => value.toLowerCase() === 'true'
