/**
 * One-dimensional arrays of text without nulls, in PostgreSQL's format: all that our statements use. The driver could
 * look up all array types, but does so on each new connection, and crashes if the connection is lost meanwhile.
 */
export function parseTextArray(text: string): string[] {
  const items = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|[^,]+/gs)
  return Array.from(items, ([item, quoted]) => (quoted === undefined ? item : quoted.replace(/\\(.)/gs, '$1')))
}

export function serializeTextArray(items: string[] | string): string {
  if (typeof items === 'string') return items
  return `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}
