import { foldCase } from '../../lib/fold.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { UserStatus } from '../../store/tables.ts'
import { isCaseSensitive, type Pool } from '../pools/pool.ts'
import { foldedAttributes, searchForm } from './search-form.ts'

const textColumns = ['username', 'phone_number', ...foldedAttributes] as const

export type TextColumn = (typeof textColumns)[number]

/** What ListUsers searches by. Each kind has an index of its own. */
export type UserSearch =
  | { by: 'everyone' }
  | { by: 'text'; column: TextColumn; match: 'equals' | 'prefix'; value: string }
  /** Subs from the first to the last. */
  | { by: 'sub'; from: string; to: string }
  | { by: 'status'; statuses: UserStatus[] }
  | { by: 'enabled'; enabled: boolean }
  | { by: 'nobody' }

const grammar = /^\s*(?:"([^"\s]+)"|([^\s"=^]+))\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/s

/** @throws InvalidParameterException for a filter that can't be read, or for an attribute that is not searchable */
export function parseUserFilter(pool: Pool, filter: string): UserSearch {
  if (filter.trim() === '') return { by: 'everyone' }
  const parsed = grammar.exec(filter)
  if (!parsed) throw new InvalidParameter('Error while parsing filter.')
  const [, quotedName, bareName, operator, quotedValue] = parsed
  const name = (quotedName ?? bareName)!
  const value = quotedValue!.replace(/\\(.)/gs, '$1')
  const prefix = operator === '^='
  // PostgreSQL can't store this character in a text, so no user can have it.
  if (value.includes('\0')) return { by: 'nobody' }

  const column = textColumns.find((known) => known === name)
  if (column) return { by: 'text', column, match: prefix ? 'prefix' : 'equals', value: comparable(pool, column, value) }
  if (name === 'sub') return subSearch(value.toLowerCase(), prefix)
  if (name === 'cognito:user_status') return statusSearch(value.toUpperCase(), prefix)
  if (name === 'status') return enabledSearch(value, prefix)
  throw new InvalidParameter(`Invalid search attribute: ${name}`)
}

/** Attributes are compared regardless of case, usernames as the pool compares them. */
function comparable(pool: Pool, column: TextColumn, value: string): string {
  if (column === 'phone_number') return value
  if (column === 'username') return isCaseSensitive(pool) ? value : foldCase(value)
  return searchForm(value)
}

const uuidForm = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'

function subSearch(value: string, prefix: boolean): UserSearch {
  if (value.length > uuidForm.length || (!prefix && value.length < uuidForm.length)) return { by: 'nobody' }
  const fits = [...value].every((character, place) =>
    uuidForm[place] === '-' ? character === '-' : /[0-9a-f]/.test(character),
  )
  if (!fits) return { by: 'nobody' }
  const rest = uuidForm.slice(value.length)
  return { by: 'sub', from: value + rest.replaceAll('x', '0'), to: value + rest.replaceAll('x', 'f') }
}

const allStatuses: UserStatus[] = [
  'ARCHIVED',
  'COMPROMISED',
  'CONFIRMED',
  'EXTERNAL_PROVIDER',
  'FORCE_CHANGE_PASSWORD',
  'RESET_REQUIRED',
  'UNCONFIRMED',
  'UNKNOWN',
]

function statusSearch(value: string, prefix: boolean): UserSearch {
  const statuses = allStatuses.filter((status) => (prefix ? status.startsWith(value) : status === value))
  return statuses.length === 0 ? { by: 'nobody' } : { by: 'status', statuses }
}

function enabledSearch(value: string, prefix: boolean): UserSearch {
  if (prefix && value === '') return { by: 'everyone' }
  const found = ['Enabled', 'Disabled'].find((name) => (prefix ? name.startsWith(value) : name === value))
  return found ? { by: 'enabled', enabled: found === 'Enabled' } : { by: 'nobody' }
}
