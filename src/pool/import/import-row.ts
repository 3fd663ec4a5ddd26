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

/** A user as a row describes one, with the checks that need only the pool. */
export interface ImportedUser {
  id: string
  username: string
  status: 'RESET_REQUIRED' | 'CONFIRMED'
  attributes: Record<string, string>
  forms: SearchForms | null
  names: LoginName[]
  /** The hash of another system. */
  hash: string | null
}

/** The form that the operations accept. Neither NUL nor white space is in these classes. */
const usernameForm = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u

/** A user, or what is wrong with the row, in the words of the log. */
export type RowReader = (fields: string[]) => ImportedUser | string

/** Reads the rows of a file. The header is evaluated once, since there may be half a million rows. */
export function rowReader(pool: Pool, columns: string[], algorithm: ForeignAlgorithm | null): RowReader {
  const at = (name: string) => columns.indexOf(name)
  const [usernameAt, mfaAt, passwordAt] = [at(usernameColumn), at(mfaColumn), at(passwordColumn)]
  const poolMfa = pool.settings.MfaConfiguration ?? 'OFF'
  const contacts = contactsOf(pool, at)
  const codes = codeAttributes(pool.settings)
  const otherColumns = [usernameAt, mfaAt, passwordAt]
  const attributeColumns = new Set([...columns.keys()].filter((index) => !otherColumns.includes(index)))

  return (fields) => {
    if (fields.length !== columns.length) return 'The number of columns differs from the header.'
    // A file with hashes may lack columns.
    const field = (index: number) => fields[index] ?? ''
    const typed = field(usernameAt)
    const hash = algorithm ? field(passwordAt) : ''
    const fault =
      usernameFault(typed) ??
      contactFault(contacts, field) ??
      mfaFault(field(mfaAt), poolMfa) ??
      hashFault(hash, algorithm)
    if (fault) return fault

    try {
      return userOf(typed, hash, attributesIn(fields))
    } catch (error) {
      if (error instanceof ServiceError) return error.message.trim().replaceAll('\n', ' ')
      throw error
    }
  }

  function userOf(typed: string, hash: string, input: AttributeType[]): ImportedUser {
    const named = newUsername(pool, typed, input)
    const attributes = checkAttributes(pool, named.attributes, { creating: true, writer: 'admin', required: 'all' })
    const { id, username } = named
    const names = loginNamesOf(pool, { username, attributes })
    const canSignIn = hash !== '' || codes.some((attribute) => attributes[attribute])
    const status = canSignIn ? 'CONFIRMED' : 'RESET_REQUIRED'
    return { id, username, status, attributes, forms: searchForms(attributes), names, hash: hash || null }
  }

  function attributesIn(fields: string[]): AttributeType[] {
    const all = fields.map((Value, index) => ({ Name: columns[index]!, Value }))
    return all.filter(({ Value }, index) => Value !== '' && attributeColumns.has(index))
  }
}

/** Which columns hold an address. */
interface Contact {
  name: 'email' | 'phone_number'
  valueAt: number
  verifiedAt: number
  /** Whether the pool verifies it itself. */
  isAuto: boolean
}

const contactsOf = (pool: Pool, at: (column: string) => number): Contact[] =>
  (['email', 'phone_number'] as const).map((name) => ({
    name,
    valueAt: at(name),
    verifiedAt: at(`${name}_verified`),
    isAuto: pool.settings.AutoVerifiedAttributes?.includes(name) ?? false,
  }))

/** A user without a password must be reachable, at a verified address. */
function contactFault(contacts: Contact[], field: (index: number) => string): string | undefined {
  const verified = contacts.filter(({ verifiedAt }) => isTrue(field(verifiedAt)))
  const empty = verified.find(({ valueAt }) => field(valueAt) === '')
  if (empty) return `${empty.name} is verified, but empty.`
  if (verified.some(({ isAuto }) => isAuto)) return undefined
  return 'The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).'
}

function usernameFault(username: string): string | undefined {
  if (username === '') return 'The required column cognito:username is empty.'
  if (username.length > 128) return 'The username is longer than 128 characters.'
  if (usernameForm.test(username)) return undefined
  return 'The username has white space, or other characters that are not accepted.'
}

function mfaFault(field: string, poolMfa: string): string | undefined {
  const mfa = field.toLowerCase()
  if (!['', 'true', 'false'].includes(mfa)) return 'cognito:mfa_enabled is true, false or empty.'
  if (mfa === 'true' && poolMfa === 'OFF') return 'The user pool has no MFA.'
  return mfa === 'false' && poolMfa === 'ON' ? 'The user pool requires MFA.' : undefined
}

function hashFault(hash: string, algorithm: ForeignAlgorithm | null): string | undefined {
  if (!algorithm || hash === '' || isForeignHash(algorithm, hash)) return undefined
  return 'The password hash is not one that is accepted.'
}

const isTrue = (value: string) => value.toLowerCase() === 'true'
