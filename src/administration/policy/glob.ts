/**
 * IAM's patterns: `*` stands for any characters, `?` for one, and `${key}` for a value of the request. What a variable
 * stands for is compared letter by letter: a star in it is a star.
 */

type Token = { kind: 'text'; text: string } | { kind: 'any' } | { kind: 'one' } | { kind: 'variable'; key: string }

export interface Pattern {
  /** As it was written. */
  text: string
  tokens: readonly Token[]
}

/** The value of a variable; undefined where the request has none. */
export type Resolve = (key: string) => string | undefined

export interface PatternForm {
  /** Whether `*` and `?` are wildcards. */
  wildcards: boolean
  /** Whether `${…}` is a variable; it is text in policies of the version 2008-10-17. */
  variables: boolean
  isVariable: (key: string) => boolean
}

export class PatternError extends Error {
  override name = 'PatternError'
}

const tokenPattern = /\$\{([^}]*)(\}?)|[*?]|[^*?$]+|\$/g

/** @throws PatternError for a variable that there is not */
export function parsePattern(text: string, form: PatternForm): Pattern {
  const tokens = Array.from(text.matchAll(tokenPattern), ([token, key, end]) =>
    key === undefined || !form.variables ? wildcardOrText(token, form) : variable(key, end!, form),
  )
  return { text, tokens }
}

function wildcardOrText(text: string, { wildcards }: PatternForm): Token {
  if (wildcards && text === '*') return { kind: 'any' }
  return wildcards && text === '?' ? { kind: 'one' } : { kind: 'text', text }
}

function variable(key: string, end: string, { isVariable }: PatternForm): Token {
  if (end === '') throw new PatternError(`The variable \${${key} has no end.`)
  if (['*', '?', '$'].includes(key)) return { kind: 'text', text: key }
  if (!isVariable(key)) throw new PatternError(`There is no variable \${${key}}.`)
  return { kind: 'variable', key }
}

/** False where a variable of the pattern has no value. */
export function matchesPattern(pattern: Pattern, value: string, resolve: Resolve = () => undefined): boolean {
  const parts: (string | typeof any | typeof one)[] = []
  for (const token of pattern.tokens) {
    if (token.kind === 'any') parts.push(any)
    else if (token.kind === 'one') parts.push(one)
    else {
      const text = token.kind === 'text' ? token.text : resolve(token.key)
      if (text === undefined) return false
      for (const character of text) parts.push(character)
    }
  }
  return matchesParts(parts, [...value])
}

const any = Symbol('any characters')
const one = Symbol('one character')

/** Goes back to the last star alone, so that no pattern takes longer than its length times the value's. */
function matchesParts(parts: (string | symbol)[], value: string[]): boolean {
  let part = 0
  let star = -1
  let starEnd = 0
  for (let at = 0; at < value.length; ) {
    if (parts[part] === one || (parts[part] !== any && parts[part] === value[at])) {
      part++
      at++
    } else if (parts[part] === any) {
      star = part++
      starEnd = at
    } else if (star >= 0) {
      part = star + 1
      at = ++starEnd
    } else return false
  }
  while (parts[part] === any) part++
  return part === parts.length
}
