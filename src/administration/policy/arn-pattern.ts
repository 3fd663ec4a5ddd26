import { matchesPattern, type Pattern, type PatternForm, parsePattern, type Resolve } from './glob.ts'

/** An ARN whose six parts are patterns, or `*` for everything. */
export type ArnPattern = 'everything' | readonly Pattern[]

/** Undefined for a text that is not an ARN. @throws PatternError */
export function parseArnPattern(text: string, form: PatternForm): ArnPattern | undefined {
  if (text === '*') return 'everything'
  const parts = split(text, form.variables)
  if (parts?.[0] !== 'arn') return undefined
  return parts.map((part) => parsePattern(part, form))
}

/** Matches part by part: a star does not match a colon, except in the last part, which may contain some. */
export function matchesArn(pattern: ArnPattern, arn: string, resolve?: Resolve): boolean {
  if (pattern === 'everything') return true
  const parts = split(arn, false)
  return parts !== undefined && pattern.every((part, index) => matchesPattern(part, parts[index]!, resolve))
}

/** Colons within a variable such as `${aws:userid}` separate nothing. */
function split(arn: string, hasVariables: boolean): string[] | undefined {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < arn.length && parts.length < 5; at++) {
    if (hasVariables && arn.startsWith('${', at)) at = Math.max(at, arn.indexOf('}', at))
    else if (arn[at] === ':') {
      parts.push(arn.slice(start, at))
      start = at + 1
    }
  }
  return parts.length === 5 ? [...parts, arn.slice(start)] : undefined
}
