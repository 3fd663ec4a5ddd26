/** The published evaluation rules: a Deny that applies wins, an Allow that applies allows, and nothing else does. */
import { matchesArn } from './arn-pattern.ts'
import type { ConditionValues } from './condition-keys.ts'
import { matchesPattern, type Resolve } from './glob.ts'
import type { Condition, Element, Policy, Statement, ValueCondition } from './policy.ts'

export interface PolicyRequest {
  /** Such as `cognito-idp:AdminGetUser`. */
  action: string
  /** An ARN, or `*` where the operation is about no resource. */
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

/** Where the request lacks the key: nothing equals it, everything differs from it, and all of no values are as they should be. */
function holdsForNothing({ quantifier, ifExists, isNegated }: ValueCondition): boolean {
  if (ifExists || quantifier === 'all') return true
  return quantifier === 'one' && isNegated
}
