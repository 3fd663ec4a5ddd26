/**
 * Parses a policy. Unknown operators and keys are refused when the policy is written: silently ignoring one would allow
 * what its author meant to forbid.
 */
import { parseArnPattern } from './arn-pattern.ts'
import { conditionKey, isVariable } from './condition-keys.ts'
import { operators } from './condition-operators.ts'
import { PatternError, type PatternForm, parsePattern } from './glob.ts'
import type { Condition, Element, Policy, Statement } from './policy.ts'

export class MalformedPolicy extends Error {
  override name = 'MalformedPolicy'
}

/** The limit of a role's policies on the service. */
export const maxPolicyLength = 10_240

type Json = Record<string, unknown>

/** @throws MalformedPolicy with the fault and its place */
export function parsePolicy(text: string): Policy {
  if (text.length > maxPolicyLength) throw new MalformedPolicy(`A policy has at most ${maxPolicyLength} characters.`)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw new MalformedPolicy('The policy is not JSON.')
  }
  const policy = objectAt('The policy', document, ['Version', 'Id', 'Statement'])
  const version = policy.Version ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17')
    throw new MalformedPolicy('Version must be 2012-10-17 or 2008-10-17.')
  if (policy.Id !== undefined && typeof policy.Id !== 'string') throw new MalformedPolicy('Id must be a text.')
  const form = { wildcards: true, variables: version === '2012-10-17', isVariable }
  const statements = listOf(policy.Statement)
  if (statements.length === 0) throw new MalformedPolicy('The policy has no Statement.')
  const parsed = statements.map((statement, index) =>
    at(`Statement ${index + 1}`, () => parseStatement(statement, form)),
  )
  const sids = parsed.flatMap(({ sid }) => sid ?? [])
  if (new Set(sids).size < sids.length) throw new MalformedPolicy('Two statements have the same Sid.')
  return { statements: parsed }
}

const members = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']

function parseStatement(value: unknown, form: PatternForm): Statement {
  const statement = objectAt('It', value, members)
  const { Sid: sid, Effect: effect } = statement
  if (sid !== undefined && (typeof sid !== 'string' || !/^[A-Za-z0-9]*$/.test(sid)))
    throw new MalformedPolicy('Sid must be letters and digits.')
  if (effect !== 'Allow' && effect !== 'Deny') throw new MalformedPolicy('Effect must be Allow or Deny.')
  return {
    ...(sid && { sid }),
    effect,
    actions: parseElement(statement, 'Action', (text) => parseAction(text, form)),
    resources: parseElement(statement, 'Resource', (text) => {
      const pattern = parseArnPattern(text, form)
      if (!pattern) throw new MalformedPolicy(`Resource ${text} must be * or an ARN of six parts.`)
      return pattern
    }),
    conditions: parseConditions(statement.Condition, form),
  }
}

function parseElement<T>(statement: Json, name: 'Action' | 'Resource', parse: (text: string) => T): Element<T> {
  const [plain, negated] = [statement[name], statement[`Not${name}`]]
  if ((plain === undefined) === (negated === undefined))
    throw new MalformedPolicy(`Either ${name} or Not${name} must be there.`)
  const texts = listOf(plain ?? negated)
  if (texts.length === 0) throw new MalformedPolicy(`${name} is empty.`)
  return {
    isNegated: plain === undefined,
    patterns: texts.map((text) => {
      if (typeof text !== 'string') throw new MalformedPolicy(`${name} must be a text, or a list of texts.`)
      return parse(text)
    }),
  }
}

const services = ['cognito-idp', 'poolhouse', 'sts']

/** Actions are case-insensitive. */
function parseAction(text: string, form: PatternForm) {
  const action = text.toLowerCase()
  const [service, name, ...rest] = action.split(':')
  if (action !== '*' && (!services.includes(service!) || !name || rest.length > 0 || !/^[a-z0-9*?]+$/.test(name)))
    throw new MalformedPolicy(`Action ${text} must be *, or like cognito-idp:AdminGetUser, of ${services.join(', ')}.`)
  return parsePattern(action, { ...form, variables: false })
}

function parseConditions(value: unknown, form: PatternForm): Condition[] {
  if (value === undefined) return []
  const block = objectAt('Condition', value)
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(objectAt(operator, keys)).map(([key, values]) =>
      at(`Condition ${operator} of ${key}`, () => parseCondition(operator, key, values, form)),
    ),
  )
}

function parseCondition(written: string, keyText: string, value: unknown, form: PatternForm): Condition {
  const key = conditionKey(keyText)
  if (!key) throw new MalformedPolicy('There is no such key.')
  const [, set, name, suffix] = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/.exec(written) ?? []
  const texts = listOf(value).map((item) => {
    if (typeof item !== 'string' && typeof item !== 'boolean' && typeof item !== 'number')
      throw new MalformedPolicy('Values must be texts, numbers or booleans.')
    return String(item)
  })
  if (texts.length === 0) throw new MalformedPolicy('It has no value.')

  if (name === 'Null' && !set && !suffix) {
    if (texts.length !== 1 || !/^(true|false)$/.test(texts[0]!))
      throw new MalformedPolicy('The value must be true or false.')
    return { kind: 'null', key: key.name, isAbsent: texts[0] === 'true' }
  }
  const operator = name === undefined ? undefined : operators.get(name)
  if (!operator) throw new MalformedPolicy('There is no such operator.')
  if (key.isMultivalued && !set)
    throw new MalformedPolicy('The key has several values: say ForAnyValue or ForAllValues before the operator.')
  return {
    kind: 'value',
    key: key.name,
    quantifier: set === 'ForAnyValue' ? 'any' : set === 'ForAllValues' ? 'all' : 'one',
    ifExists: suffix !== undefined,
    isNegated: operator.isNegated,
    tests: texts.map((text) => {
      const test = operator.compile(text, form)
      if (!test) throw new MalformedPolicy(`${text} is no value for it.`)
      return test
    }),
  }
}

function objectAt(what: string, value: unknown, known?: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedPolicy(`${what} must be an object.`)
  const unknown = Object.keys(value).find((name) => known && !known.includes(name))
  if (unknown !== undefined) throw new MalformedPolicy(`${what} has an element ${unknown} that there is not.`)
  return value as Json
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])

/** Adds the place to the message of an error. */
function at<T>(where: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof MalformedPolicy || error instanceof PatternError)
      throw new MalformedPolicy(`${where}: ${error.message}`)
    throw error
  }
}
