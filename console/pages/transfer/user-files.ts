/** The kinds of files that all users of a pool are exported to. */
import type { PoolType } from '../../api/merge.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { importLine, spreadsheetLine } from './csv.ts'

const t = texts.transfer

export type User = NonNullable<CognitoOutput<'ListUsers'>['Users']>[number]

interface Writer {
  add(user: User): void
  end(): string
}

/** The columns that an import of the pool knows are those of its attributes, too. */
type MakeWriter = (pool: PoolType, header: string[]) => Writer

export const kinds: Record<keyof typeof t.kinds, { suffix: string; type: string; writer: MakeWriter }> = {
  import: { suffix: '.csv', type: 'text/csv', writer: importWriter },
  spreadsheet: { suffix: '-spreadsheet.csv', type: 'text/csv', writer: spreadsheetWriter },
  json: { suffix: '.json', type: 'application/json', writer: jsonWriter },
}

function importWriter({ UsernameAttributes = [] }: PoolType, header: string[]): Writer {
  const columns = header.filter((column) => column !== 'password_hash')
  const columnValue = (user: User, column: string) => {
    // Where addresses are the usernames, an import wants one, and the username is an id.
    if (column === 'cognito:username')
      return UsernameAttributes.map((name) => attributeOf(user, name)).find((value) => value) ?? user.Username!
    if (column === 'cognito:mfa_enabled') return String((user.MFAOptions ?? []).length > 0)
    // Imports want to be told, yes or no.
    return attributeOf(user, column) ?? (column.endsWith('_verified') ? 'false' : '')
  }
  const lines = [importLine(columns)]
  return {
    add: (user) => lines.push(importLine(columns.map((column) => columnValue(user, column)))),
    end: () => lines.join(''),
  }
}

function spreadsheetWriter(_: PoolType, header: string[]): Writer {
  const attributes = header.filter((column) => !column.startsWith('cognito:') && column !== 'password_hash')
  const { username, status, enabled, created, changed } = t.spreadsheetColumns
  const lines = [spreadsheetLine([username, 'sub', status, enabled, created, changed, ...attributes])]
  const time = (seconds: number | undefined) => (seconds === undefined ? '' : new Date(seconds * 1000).toISOString())
  return {
    add: (user) =>
      lines.push(
        spreadsheetLine([
          user.Username!,
          attributeOf(user, 'sub') ?? '',
          user.UserStatus ?? '',
          user.Enabled ? texts.common.yes : texts.common.no,
          time(user.UserCreateDate),
          time(user.UserLastModifiedDate),
          ...attributes.map((name) => attributeOf(user, name) ?? ''),
        ]),
      ),
    // Spreadsheets take a file for UTF-8 that says so.
    end: () => `\uFEFF${lines.join('')}`,
  }
}

function jsonWriter(): Writer {
  const users: User[] = []
  return { add: (user) => users.push(user), end: () => JSON.stringify(users, null, 2) }
}

const attributeOf = ({ Attributes = [] }: User, name: string) => Attributes.find((one) => one.Name === name)?.Value
