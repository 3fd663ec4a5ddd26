import { foldCase } from '../../lib/fold.ts'
import { isCaseSensitive, type Pool } from '../pools/pool.ts'

// Stricter than RFC 5322 where leniency would let a header or a second recipient into a mail.
const email =
  /^[^\s@<>()[\]\\,;:"\p{C}]+@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u
const phoneNumber = /^\+[1-9]\d{3,14}$/

export const isEmail = (value: string): boolean => value.length <= 2048 && email.test(value)
export const isPhoneNumber = (value: string): boolean => phoneNumber.test(value)

const folded = new Set(['email', 'preferred_username'])

/**
 * The value as it is stored and shown: pools that ignore case show e-mail addresses and preferred names in lower case.
 */
export function keptValue(pool: Pool, name: string, value: string): string {
  return folded.has(name) && !isCaseSensitive(pool) ? foldCase(value) : value
}
