/**
 * IAM's patterns: `*` matches any characters, `?` one, and `${key}` a value of the request. The value of a variable is
 * compared literally: a star in it is no wildcard.
 */

type Token = { kind: 'text'; text: string } | { kind: 'any' } | { kind: 'one' } | { kind: 'variable'; key: string }

export interface Pattern {
  /** As it was written. */
  text: string
  tokens: readonly Token[]
}

/** The value of a variable; undefined if the request has none. */
export type Resolve = (key: string) => string | undefined

export interface PatternForm {
  /** Whether `*` and `?` are wildcards. */
  wildcards: boolean
  /** Whether `${…}` is a variable; in policies of the version 2008-10-17 it is plain text. */
  variables: boolean
  isVariable: (key: string) => boolean
}

export class PatternError extends Error {
  override name = 'PatternError'
}

const tokenPattern = /\$\{([^}]*)(\}?)|[*?]|[^*?$]+|\$/g

/** @throws PatternError for an unknown variable */
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

/** False if a variable of the pattern has no value. */
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

/** Backtracks to the last star only, so that matching takes at most the product of the two lengths. */
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
