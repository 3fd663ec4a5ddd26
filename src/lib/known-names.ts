import { nearestName } from './nearest-name.ts'

/**
 * Describes a member of an object that is none of the names, with the nearest known name; undefined if all are known.
 */
export function unknownName(object: object, names: Iterable<string>): string | undefined {
  const known = [...names]
  const wrong = Object.keys(object).find((name) => !known.includes(name))
  return wrong === undefined ? undefined : noSuchName(wrong, known)
}

export function noSuchName(wrong: string, names: Iterable<string>): string {
  const nearest = nearestName(wrong, names)
  return `there is no ${wrong}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`
}
