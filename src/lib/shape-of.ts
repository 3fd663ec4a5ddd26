const maxDepth = 6
const maxMembers = 60

/** The members of a JSON value with their types but without any values: for logs. */
export function shapeOf(value: unknown, depth = 0): unknown {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (depth === maxDepth) return '…'
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0], depth + 1)]
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.slice(0, maxMembers).map(([name, member]) => [name, shapeOf(member, depth + 1)]))
}
