/** The rules that a shape sets on a single value, and the service's texts for breaking them. */
import { InvalidParameter } from './errors.ts'
import type { Shape } from './model.ts'
import { matcher } from './patterns.ts'
import type { Reason } from './reasons.ts'
import { alsoValid, enumOrder } from './service-differences.ts'

export type RuleReason = Extract<
  Reason,
  | 'above-max'
  | 'below-min'
  | 'constraints'
  | 'not-in-enum'
  | 'pattern'
  | 'required'
  | 'too-long'
  | 'too-short'
  | 'unknown-member'
>

export interface Rule<T> {
  reason: RuleReason
  text: string
  holds: (value: T) => boolean
}

/** A broken rule. `value` is shown in the text: null for an absent member, undefined for a hidden one. */
export interface BrokenRule {
  path: string
  reason: RuleReason
  value: string | null | undefined
  text: string
}

/** The max number of faults that the service reports. */
const maxFaults = 10

/** A value far beyond its max length isn't matched against the pattern. */
const maxOverlong = 4096

/**
 * Lengths are counted in code points, as the published model defines them. The JVM's UTF-16 units would refuse names of
 * astral characters that are within the documented limit.
 */
const longerThan = (value: string, max: number) => value.length > max && [...value].length > max
const shorterThan = (value: string, min: number) =>
  value.length < min || (value.length < min * 2 && [...value].length < min)

export function stringRules(name: string, shape: Shape): Rule<string>[] {
  const rules: Rule<string>[] = []
  if (shape.type !== 'string') return rules
  const { min, max, pattern } = shape

  if (shape.enum) {
    const accepted = new Set(shape.enum)
    const shown = enumOrder[name] ?? shape.enum
    rules.push({
      reason: 'not-in-enum',
      text: `Member must satisfy enum value set: [${shown.join(', ')}]`,
      holds: (value) => accepted.has(value),
    })
  }
  if (pattern !== undefined) {
    const matches = matcher(pattern)
    rules.push({
      reason: 'pattern',
      text: `Member must satisfy regular expression pattern: ${pattern}`,
      holds: (value) => (max !== undefined && value.length > maxOverlong && value.length > max * 2) || matches(value),
    })
  }
  if (max !== undefined) {
    rules.push({
      reason: 'too-long',
      text: `Member must have length less than or equal to ${max}`,
      holds: (value) => !longerThan(value, max),
    })
  }
  if (min !== undefined && min > 0) {
    rules.push({
      reason: 'too-short',
      text: `Member must have length greater than or equal to ${min}`,
      holds: (value) => !shorterThan(value, min),
    })
  }

  const exempt = alsoValid[name]
  if (!exempt) return rules
  return rules.map(({ holds, ...rule }) => ({ ...rule, holds: (value) => holds(value) || exempt(value) }))
}

export function numberRules(shape: Shape): Rule<number>[] {
  return limitRules(shape, 'value', ['above-max', 'below-min'], (value: number) => value)
}

/** The size of a list, a map or a blob. */
export function sizeRules<T>(shape: Shape, size: (value: T) => number): Rule<T>[] {
  return limitRules(shape, 'length', ['too-long', 'too-short'], size)
}

function limitRules<T>(
  { min, max }: Shape,
  what: string,
  [above, below]: [above: RuleReason, below: RuleReason],
  measure: (value: T) => number,
): Rule<T>[] {
  const rules: Rule<T>[] = []
  if (max !== undefined)
    rules.push({
      reason: above,
      text: `Member must have ${what} less than or equal to ${max}`,
      holds: (value) => measure(value) <= max,
    })
  if (min !== undefined)
    rules.push({
      reason: below,
      text: `Member must have ${what} greater than or equal to ${min}`,
      holds: (value) => measure(value) >= min,
    })
  return rules
}

/** @example 1 validation error detected: Value 'x' at 'userPoolId' failed to satisfy constraint: Member must … */
export function constraintError(broken: BrokenRule[]): Error {
  const reported = broken.slice(0, maxFaults)
  const items = reported.map(({ path, value, text }) => {
    const shown = value === undefined ? 'Value' : value === null ? 'Value null' : `Value '${value}'`
    return `${shown} at '${path}' failed to satisfy constraint: ${text}`
  })
  const errors = items.length === 1 ? 'error' : 'errors'
  const faults = reported.map(({ path, reason, text }) => ({ field: path, reason, text }))
  return new InvalidParameter(`${items.length} validation ${errors} detected: ${items.join('; ')}`, {
    reason: 'constraints',
    faults,
  })
}
