import { nearestName } from './nearest-name.ts'

/** Says which member of an object is none of the names, and which was probably meant; undefined if all are known. */
export function unknownName(object: object, names: Iterable<string>): string | undefined {
  const known = [...names]
  const wrong = Object.keys(object).find((name) => !known.includes(name))
  return wrong === undefined ? undefined : noSuchName(wrong, known)
}

export function noSuchName(wrong: string, names: Iterable<string>): string {
  const nearest = nearestName(wrong, names)
  return `there is no ${wrong}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`
}
