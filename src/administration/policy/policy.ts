import type { ArnPattern } from './arn-pattern.ts'
import type { Test } from './condition-operators.ts'
import type { Pattern } from './glob.ts'

/** A parsed policy, in which everything is known. */
export interface Policy {
  statements: readonly Statement[]
}

export interface Statement {
  sid?: string
  effect: 'Allow' | 'Deny'
  actions: Element<Pattern>
  resources: Element<ArnPattern>
  conditions: readonly Condition[]
}

/** Action or NotAction, Resource or NotResource. */
export interface Element<T> {
  isNegated: boolean
  patterns: readonly T[]
}

export type Condition = NullCondition | ValueCondition

export interface NullCondition {
  kind: 'null'
  key: string
  isAbsent: boolean
}

export interface ValueCondition {
  kind: 'value'
  key: string
  quantifier: 'one' | 'any' | 'all'
  ifExists: boolean
  isNegated: boolean
  /** One for each value in the policy; one that matches is enough. */
  tests: readonly Test[]
}
