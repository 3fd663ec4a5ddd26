/**
 * The model's patterns are Java's and match the whole value. Most run unchanged; the few that could backtrack for
 * seconds on a malicious value are rewritten as equivalent plain checks.
 */
import { passwordPattern } from './service-differences.ts'

export type Matches = (value: string) => boolean

const visible = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]*$/u
const visibleOrSpace = /^[\p{L}\p{M}\p{S}\p{N}\p{P} \t\n\v\f\r*]*$/u

// Java's `\s` and `.`.
const whiteSpaceAround = /^[ \t\n\v\f\r]|[ \t\n\v\f\r]$/
const lineBreak = /[\n\r]/

/** `A*xA*`, where A contains x: every character is in A, and x occurs. */
const linear: Readonly<Record<string, Matches>> = {
  '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+@[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+': (value) => {
    const at = value.indexOf('@', 1)
    return at > 0 && at < value.length - 1 && visible.test(value)
  },
  '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{####\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*': (value) =>
    value.includes('{####}') && visibleOrSpace.test(value),
  '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{##[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*##\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*':
    (value) => {
      const start = value.indexOf('{##')
      return start >= 0 && value.lastIndexOf('##}') >= start + 3 && visibleOrSpace.test(value)
    },
  [passwordPattern]: (value) => value.length > 1 && !whiteSpaceAround.test(value) && !lineBreak.test(value),
}

const compiled = new Map<string, Matches>()

export function matcher(pattern: string): Matches {
  let matches = compiled.get(pattern)
  if (!matches) {
    matches = linear[pattern] ?? compile(pattern)
    compiled.set(pattern, matches)
  }
  return matches
}

function compile(pattern: string): Matches {
  const dotAll = pattern.startsWith('(?s)')
  const source = (dotAll ? pattern.slice(4) : pattern)
    // Java's \s and \S only cover ASCII white space, so a no-break space counts as an ordinary character.
    .replaceAll('[\\S]', '[^ \\t\\n\\v\\f\\r]')
    .replaceAll('\\s', ' \\t\\n\\v\\f\\r')
  const regex = new RegExp(`^(?:${source})$`, dotAll ? 'us' : 'u')
  return (value) => regex.test(value)
}
