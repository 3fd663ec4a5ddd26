/** Values of a CSV file as imports read them (RFC 4180). */

const quoted = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

export const csvLine = (values: readonly string[]): string => `${values.map(quoted).join(',')}\r\n`

/** The names in the first line of a file. */
export function columnsOf(text: string): string[] {
  const [line = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)
  return line.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
}
