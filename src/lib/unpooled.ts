/**
 * A value for a message to another thread: its bytes are copied. Small Buffers are slices of a pool of 64 KB, and a
 * message would carry all of that.
 */
export function unpooled(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unpooled(member)]))
}
