/** A line of a file that user pools import: no quotes, a backslash before commas, and no line breaks in a value. */
export const importLine = (values: readonly string[]): string =>
  `${values.map((value) => value.replace(/[\\,]/g, '\\$&').replace(/[\r\n]+/g, ' ')).join(',')}\r\n`

const number = /^[+-]?\d{1,40}(\.\d{1,40})?$/

/**
 * A line for spreadsheets (RFC 4180). People choose their own attributes, and a spreadsheet runs what begins like a
 * formula: an apostrophe before it makes it text.
 */
export const spreadsheetLine = (values: readonly string[]): string =>
  `${values.map((value) => `"${asText(value).replaceAll('"', '""')}"`).join(',')}\r\n`

const asText = (value: string) => (/^\s*[=+\-@|]/.test(value) && !number.test(value) ? `'${value}` : value)

/** The first line of a file of users. @throws TypeError where the file is not UTF-8 */
export async function firstLineOf(file: Blob): Promise<string> {
  const bytes = await file.slice(0, 64 * 1024).arrayBuffer()
  // Where the piece ends within a character, that is no fault.
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  return text.split(/\r?\n/, 1)[0]!
}

/** What is wrong with the first line of a file of users. */
export type HeaderFault =
  | { kind: 'separator' | 'quotes' | 'twice' }
  | { kind: 'missing' | 'unknown'; columns: string[] }

/** Undefined where an import takes it. A file with password hashes may leave columns out. */
export function headerFault(line: string, known: readonly string[], isHashed: boolean): HeaderFault | undefined {
  const columns = line.split(',').map((name) => name.trim())
  if (columns.length === 1 && /[;\t|]/.test(line)) return { kind: 'separator' }
  if (line.includes('"')) return { kind: 'quotes' }
  const unknown = columns.filter((name) => !known.includes(name))
  if (unknown.length > 0) return { kind: 'unknown', columns: unknown }
  if (new Set(columns).size < columns.length) return { kind: 'twice' }
  const required = isHashed ? ['cognito:username', 'password_hash'] : known.filter((name) => name !== 'password_hash')
  const missing = required.filter((name) => !columns.includes(name))
  return missing.length > 0 ? { kind: 'missing', columns: missing } : undefined
}
