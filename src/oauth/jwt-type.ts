/**
 * Whether what an app has signed may be of this type. By its `typ` it may be for something else, such as another
 * endpoint (RFC 8725, 3.11); most apps name no type.
 */
export function mayBeOfType(type: string, { typ }: { typ?: unknown }): boolean {
  if (typeof typ !== 'string') return true
  const name = typ.toLowerCase()
  return !name.endsWith('+jwt') || name === type || name === `application/${type}`
}
