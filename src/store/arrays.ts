/**
 * Arrays of text as PostgreSQL writes them, one dimension without nulls: all that our statements use. The driver could
 * learn of every array type, but asks the database at each new connection, and dies with it if it goes away meanwhile.
 */
export function parseTextArray(text: string): string[] {
  const items = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|[^,]+/gs)
  return Array.from(items, ([item, quoted]) => (quoted === undefined ? item : quoted.replace(/\\(.)/gs, '$1')))
}

export function serializeTextArray(items: string[] | string): string {
  if (typeof items === 'string') return items
  return `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}
