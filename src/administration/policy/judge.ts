/**
 * The published evaluation rules: a matching Deny wins, otherwise a matching Allow allows, otherwise the call is
 * denied.
 */
import { matchesArn } from './arn-pattern.ts'
import type { ConditionValues } from './condition-keys.ts'
import { matchesPattern, type Resolve } from './glob.ts'
import type { Condition, Element, Policy, Statement, ValueCondition } from './policy.ts'

export interface PolicyRequest {
  /** Such as `cognito-idp:AdminGetUser`. */
  action: string
  /** An ARN, or `*` for an operation without a resource. */
  resource: string
  values: ConditionValues
}

export type Verdict = 'allowed' | 'denied' | 'not-allowed'

export function judge(policies: readonly Policy[], request: PolicyRequest): Verdict {
  const applying = policies.flatMap(({ statements }) => statements.filter((statement) => applies(statement, request)))
  if (applying.some(({ effect }) => effect === 'Deny')) return 'denied'
  return applying.length > 0 ? 'allowed' : 'not-allowed'
}

function applies({ actions, resources, conditions }: Statement, { action, resource, values }: PolicyRequest): boolean {
  const resolve: Resolve = (key) => values.get(key.toLowerCase())?.[0]
  return (
    fits(actions, (pattern) => matchesPattern(pattern, action.toLowerCase())) &&
    fits(resources, (pattern) => matchesArn(pattern, resource, resolve)) &&
    conditions.every((condition) => holds(condition, values, resolve))
  )
}

const fits = <T>({ isNegated, patterns }: Element<T>, matches: (pattern: T) => boolean): boolean =>
  patterns.some(matches) !== isNegated

function holds(condition: Condition, values: ConditionValues, resolve: Resolve): boolean {
  const found = values.get(condition.key) ?? []
  if (condition.kind === 'null') return (found.length === 0) === condition.isAbsent
  if (found.length === 0) return holdsForNothing(condition)
  const holdsFor = (value: string) => condition.tests.some((test) => test(value, resolve)) !== condition.isNegated
  return condition.quantifier === 'any' ? found.some(holdsFor) : found.every(holdsFor)
}

/** If the request lacks the key, `Equals` operators fail, `NotEquals` operators hold, and `ForAllValues` holds. */
function holdsForNothing({ quantifier, ifExists, isNegated }: ValueCondition): boolean {
  if (ifExists || quantifier === 'all') return true
  return quantifier === 'one' && isNegated
}
