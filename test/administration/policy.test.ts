import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionKey, tagValues } from '../../src/administration/policy/condition-keys.ts'
import { judge, type Verdict } from '../../src/administration/policy/judge.ts'
import { MalformedPolicy, parsePolicy } from '../../src/administration/policy/parse-policy.ts'

const pool = 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc'
type Values = Record<string, string | string[]>
type Json = Record<string, unknown>

const policyOf = (...Statement: Json[]) => parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }))
const valuesOf = (values: Values) =>
  new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), [value].flat()]))
const allowing = (more: Json) => policyOf({ Effect: 'Allow', Action: '*', Resource: '*', ...more })

function verdictOf(
  policy: ReturnType<typeof parsePolicy>,
  values: Values = {},
  action = 'cognito-idp:AdminGetUser',
  resource = pool,
): Verdict {
  return judge([policy], { action, resource, values: valuesOf(values) })
}

const one = { Effect: 'Allow', Action: '*', Resource: '*' }
const deny = { Effect: 'Deny', Action: '*', Resource: '*' }

const decisions: [rule: string, statements: Json[], verdict: Verdict][] = [
  ['by default all is denied', [{ ...one, Action: 'cognito-idp:ListUsers' }], 'not-allowed'],
  ['an allow that applies allows', [one], 'allowed'],
  ['an explicit deny overrides any allow, whatever the order', [deny, one], 'denied'],
  ['an explicit deny overrides an allow before it', [one, deny], 'denied'],
  ['a deny alone is a deny', [deny], 'denied'],
  ['a deny of something else leaves the allow', [one, { ...deny, Action: 'cognito-idp:AdminDeleteUser' }], 'allowed'],
  [
    'a deny whose condition fails leaves the allow',
    [one, { ...deny, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    'allowed',
  ],
  ['actions match with a star', [{ ...one, Action: 'cognito-idp:Admin*' }], 'allowed'],
  ['actions match with a question mark', [{ ...one, Action: 'cognito-idp:AdminGetUse?' }], 'allowed'],
  ['a question mark is exactly one character', [{ ...one, Action: 'cognito-idp:AdminGetUser?' }], 'not-allowed'],
  ['actions match whatever their case', [{ ...one, Action: 'COGNITO-IDP:admingetuser' }], 'allowed'],
  [
    'one of several actions is enough',
    [{ ...one, Action: ['cognito-idp:ListUsers', 'cognito-idp:AdminGetUser'] }],
    'allowed',
  ],
  ['another service’s action is another', [{ ...one, Action: 'poolhouse:*' }], 'not-allowed'],
  ['NotAction is everything else', [{ Effect: 'Allow', NotAction: 'cognito-idp:ListUsers', Resource: '*' }], 'allowed'],
  [
    'NotAction leaves out what it names',
    [{ Effect: 'Allow', NotAction: 'cognito-idp:Admin*', Resource: '*' }],
    'not-allowed',
  ],
  ['resources match exactly', [{ ...one, Resource: pool }], 'allowed'],
  ['resources match in the case they are written in', [{ ...one, Resource: pool.toLowerCase() }], 'not-allowed'],
  [
    'resources match with stars in their parts',
    [{ ...one, Resource: 'arn:aws:cognito-idp:*:*:userpool/*' }],
    'allowed',
  ],
  [
    'a star reaches over no colon',
    [{ ...one, Resource: 'arn:aws:*:123456789012:userpool/eu-west-1_Abc:x' }],
    'not-allowed',
  ],
  [
    'another account’s resource is another',
    [{ ...one, Resource: 'arn:aws:cognito-idp:*:000000000000:userpool/*' }],
    'not-allowed',
  ],
  ['a prefix is not the resource', [{ ...one, Resource: pool.slice(0, -1) }], 'not-allowed'],
  ['NotResource leaves out what it names', [{ Effect: 'Allow', Action: '*', NotResource: pool }], 'not-allowed'],
  ['NotResource is everything else', [{ Effect: 'Allow', Action: '*', NotResource: `${pool}x` }], 'allowed'],
]

for (const [rule, statements, verdict] of decisions)
  test(rule, () => assert.equal(verdictOf(policyOf(...statements)), verdict))

const conditions: [
  operator: string,
  key: string,
  wanted: unknown,
  found: string | string[] | undefined,
  holds: boolean,
][] = [
  ['StringEquals', 'aws:userid', 'ann', 'ann', true],
  ['StringEquals', 'aws:userid', 'ann', 'Ann', false],
  ['StringEquals', 'aws:userid', ['bob', 'ann'], 'ann', true],
  ['StringEquals', 'aws:userid', 'a*', 'ann', false],
  ['StringEquals', 'aws:userid', 'a*', 'a*', true],
  ['StringEquals', 'aws:userid', 'ann', undefined, false],
  ['StringEqualsIfExists', 'aws:userid', 'ann', undefined, true],
  ['StringEqualsIfExists', 'aws:userid', 'ann', 'bob', false],
  ['StringNotEquals', 'aws:userid', ['bob', 'ann'], 'ann', false],
  ['StringNotEquals', 'aws:userid', ['bob', 'cid'], 'ann', true],
  ['StringNotEquals', 'aws:userid', 'ann', undefined, true],
  ['StringEqualsIgnoreCase', 'aws:userid', 'ANN', 'ann', true],
  ['StringNotEqualsIgnoreCase', 'aws:userid', 'ANN', 'ann', false],
  ['StringLike', 'aws:userid', 'a*:*', 'ann:ci', true],
  ['StringLike', 'aws:userid', 'a?n', 'ann', true],
  ['StringLike', 'aws:userid', 'A*', 'ann', false],
  ['StringLike', 'aws:userid', `a\${*}n`, 'ann', false],
  ['StringLike', 'aws:userid', `a\${*}n`, 'a*n', true],
  ['StringNotLike', 'aws:userid', 'a*', 'ann', false],
  ['StringNotLike', 'aws:userid', 'b*', 'ann', true],
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/x*', 'arn:aws:iam::1:role/xy', true],
  ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/x', 'arn:aws:iam::1:role/x', true],
  ['ArnLike', 'aws:PrincipalArn', 'arn:*:*:*:*:user/*', 'arn:aws:iam::1:role/x', false],
  ['ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/x', 'arn:aws:iam::1:role/x', false],
  ['ArnNotEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/x', undefined, true],
  ['Bool', 'aws:MultiFactorAuthPresent', 'true', 'true', true],
  ['Bool', 'aws:MultiFactorAuthPresent', true, 'true', true],
  ['Bool', 'aws:MultiFactorAuthPresent', 'true', 'false', false],
  ['Bool', 'aws:MultiFactorAuthPresent', 'true', undefined, false],
  ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'true', undefined, true],
  ['DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z', '2026-12-31T23:59:59Z', true],
  ['DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z', false],
  ['DateLessThanEquals', 'aws:CurrentTime', '2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z', true],
  ['DateGreaterThan', 'aws:CurrentTime', '2027-01-01', '2027-01-01T00:00:01Z', true],
  ['DateGreaterThanEquals', 'aws:CurrentTime', '2027-01-01', '2026-01-01T00:00:01Z', false],
  ['DateEquals', 'aws:CurrentTime', '2027-01-01T01:00:00+01:00', '2027-01-01T00:00:00Z', true],
  ['DateNotEquals', 'aws:CurrentTime', '2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z', false],
  ['DateLessThan', 'aws:EpochTime', '2027-01-01T00:00:00Z', '1700000000', true],
  ['NumericEquals', 'aws:EpochTime', '10', '10.0', true],
  ['NumericNotEquals', 'aws:EpochTime', 10, '10', false],
  ['NumericLessThan', 'aws:EpochTime', '10', '9', true],
  ['NumericLessThanEquals', 'aws:EpochTime', '10', '10', true],
  ['NumericGreaterThan', 'aws:EpochTime', '9', '10', true],
  ['NumericGreaterThanEquals', 'aws:EpochTime', '11', '10', false],
  ['NumericLessThan', 'aws:userid', '10', 'many', false],
  ['NumericNotEquals', 'aws:EpochTime', '10', undefined, true],
  ['IpAddress', 'aws:SourceIp', '203.0.113.0/24', '203.0.113.9', true],
  ['IpAddress', 'aws:SourceIp', '203.0.113.0/24', '203.0.114.9', false],
  ['IpAddress', 'aws:SourceIp', ['192.0.2.1', '203.0.113.9'], '203.0.113.9', true],
  ['IpAddress', 'aws:SourceIp', '203.0.113.0/24', '::ffff:203.0.113.9', true],
  ['IpAddress', 'aws:SourceIp', '2001:db8::/32', '2001:db8::1', true],
  ['IpAddress', 'aws:SourceIp', '2001:db8::/32', 'nonsense', false],
  ['NotIpAddress', 'aws:SourceIp', '203.0.113.0/24', '203.0.113.9', false],
  ['NotIpAddress', 'aws:SourceIp', '203.0.113.0/24', '198.51.100.1', true],
  ['Null', 'aws:userid', 'true', undefined, true],
  ['Null', 'aws:userid', 'true', 'ann', false],
  ['Null', 'aws:userid', false, 'ann', true],
  ['Null', 'aws:userid', 'false', undefined, false],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], undefined, true],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a', 'b'], ['c', 'b'], true],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a', 'b'], ['c'], false],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a', 'b'], undefined, false],
  ['ForAnyValue:StringEqualsIfExists', 'aws:TagKeys', ['a'], undefined, true],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'a', ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'a', ['a'], false],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'a', undefined, false],
  ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'a', ['b', 'c'], true],
  ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'a', ['a', 'c'], false],
  ['ForAllValues:StringLike', 'aws:TagKeys', 'team-*', ['team-a', 'team-b'], true],
  ['StringEquals', 'aws:ResourceTag/Team', 'shop', 'shop', true],
  ['StringEquals', 'AWS:RESOURCETAG/TEAM', 'shop', 'shop', true],
  ['StringEquals', 'aws:RequestTag/x', 'y', undefined, false],
]

for (const [operator, key, wanted, found, holds] of conditions)
  test(`${operator} of ${JSON.stringify(wanted)} ${holds ? 'holds' : 'fails'} for ${key.slice(4)} ${JSON.stringify(found)}`, () => {
    const values = found === undefined ? {} : { [key]: found }
    assert.equal(
      verdictOf(allowing({ Condition: { [operator]: { [key]: wanted } } }), values),
      holds ? 'allowed' : 'not-allowed',
    )
  })

test('all keys and operators of a condition must hold', () => {
  const Condition = {
    StringEquals: { 'aws:userid': 'ann', 'aws:RequestedRegion': 'eu-west-1' },
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
  }
  const all = { 'aws:userid': 'ann', 'aws:RequestedRegion': 'eu-west-1', 'aws:MultiFactorAuthPresent': 'true' }
  assert.equal(verdictOf(allowing({ Condition }), all), 'allowed')
  for (const key of Object.keys(all))
    assert.equal(verdictOf(allowing({ Condition }), { ...all, [key]: 'x' }), 'not-allowed', key)
})

test('a variable matches its value in the request literally, and nothing if there is none', () => {
  const Resource = `arn:aws:cognito-idp:*:*:userpool/\${aws:PrincipalTag/pool}`
  assert.equal(verdictOf(allowing({ Resource }), { 'aws:PrincipalTag/pool': 'eu-west-1_Abc' }), 'allowed')
  assert.equal(verdictOf(allowing({ Resource }), { 'aws:PrincipalTag/pool': '*' }), 'not-allowed')
  assert.equal(verdictOf(allowing({ Resource })), 'not-allowed')
  const old = parsePolicy(
    JSON.stringify({ Statement: { ...one, Resource: `arn:aws:cognito-idp:*:*:userpool/\${aws:userid}` } }),
  )
  assert.equal(verdictOf(old, { 'aws:userid': 'eu-west-1_Abc' }), 'not-allowed')
})

test('if two tags differ only in case, both are ignored', () => {
  assert.deepEqual(tagValues('resource', { Team: 'a', team: 'b', other: 'c' }), [['aws:resourcetag/other', ['c']]])
})

const malformed: [what: string, policy: unknown, text: RegExp][] = [
  ['another version', { Version: '2020-01-01', Statement: one }, /Version/],
  ['no statement', { Version: '2012-10-17', Statement: [] }, /no Statement/],
  ['an element that there is not', { Statement: { ...one, Principal: '*' } }, /Principal/],
  ['a top element that there is not', { Statement: one, Statements: [] }, /Statements/],
  ['no effect', { Statement: { Action: '*', Resource: '*' } }, /Effect/],
  ['an effect in lower case', { Statement: { ...one, Effect: 'allow' } }, /Effect/],
  ['Action and NotAction', { Statement: { ...one, NotAction: '*' } }, /Either Action or NotAction/],
  ['neither Resource nor NotResource', { Statement: { Effect: 'Allow', Action: '*' } }, /Either Resource/],
  ['a list that is empty', { Statement: { ...one, Action: [] } }, /empty/],
  ['a number for an action', { Statement: { ...one, Action: [1] } }, /must be a text/],
  ['a service that there is not', { Statement: { ...one, Action: 'ec2:*' } }, /ec2/],
  ['an action without a service', { Statement: { ...one, Action: 'AdminGetUser' } }, /AdminGetUser/],
  ['a resource that is no ARN', { Statement: { ...one, Resource: 'userpool/x' } }, /ARN/],
  ['an ARN of too few parts', { Statement: { ...one, Resource: 'arn:aws:cognito-idp:*' } }, /ARN/],
  [
    'an operator that there is not',
    { Statement: { ...one, Condition: { Equals: { 'aws:userid': 'x' } } } },
    /operator/,
  ],
  [
    'an operator in another case',
    { Statement: { ...one, Condition: { stringequals: { 'aws:userid': 'x' } } } },
    /operator/,
  ],
  [
    'a quantifier that there is not',
    { Statement: { ...one, Condition: { 'ForSome:StringEquals': { 'aws:userid': 'x' } } } },
    /operator/,
  ],
  ['NullIfExists', { Statement: { ...one, Condition: { NullIfExists: { 'aws:userid': 'true' } } } }, /operator/],
  [
    'an operator of every object',
    { Statement: { ...one, Condition: { constructor: { 'aws:userid': 'x' } } } },
    /operator/,
  ],
  ['a key that there is not', { Statement: { ...one, Condition: { StringEquals: { 'aws:username': 'x' } } } }, /key/],
  ['a tag without a name', { Statement: { ...one, Condition: { StringEquals: { 'aws:ResourceTag/': 'x' } } } }, /key/],
  [
    'several values without a quantifier',
    { Statement: { ...one, Condition: { StringEquals: { 'aws:TagKeys': 'x' } } } },
    /ForAnyValue/,
  ],
  [
    'a date that is none',
    { Statement: { ...one, Condition: { DateLessThan: { 'aws:CurrentTime': 'soon' } } } },
    /soon/,
  ],
  [
    'an address that is none',
    { Statement: { ...one, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } } },
    /33/,
  ],
  [
    'a boolean that is none',
    { Statement: { ...one, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'yes' } } } },
    /yes/,
  ],
  [
    'a variable that there is not',
    { Version: '2012-10-17', Statement: { ...one, Condition: { StringEquals: { 'aws:userid': `\${aws:moon}` } } } },
    /moon/,
  ],
  [
    'a condition without values',
    { Statement: { ...one, Condition: { StringEquals: { 'aws:userid': [] } } } },
    /no value/,
  ],
  [
    'two statements of one Sid',
    {
      Statement: [
        { ...one, Sid: 'a' },
        { ...deny, Sid: 'a' },
      ],
    },
    /Sid/,
  ],
  ['a list', [], /object/],
]

for (const [what, policy, text] of malformed)
  test(`a policy with ${what} is refused`, () => {
    assert.throws(
      () => parsePolicy(JSON.stringify(policy)),
      (error: Error) => error instanceof MalformedPolicy && text.test(error.message),
    )
  })

test('no pattern takes long', () => {
  const policy = allowing({ Condition: { StringLike: { 'aws:userid': '*a'.repeat(3000) } } })
  const started = performance.now()
  assert.equal(verdictOf(policy, { 'aws:userid': `${'a'.repeat(2000)}b` }), 'not-allowed')
  assert.ok(performance.now() - started < 1000)
})

/** The published rules as they read, for a part of the language: regular expressions in the place of patterns. */
function naive(statements: Json[], action: string, resource: string, values: Values): Verdict {
  const glob = (pattern: string, flags = '') =>
    new RegExp(
      `^${pattern
        .replace(/[.+^$()|[\]\\/{}]/g, '\\$&')
        .replaceAll('*', '[^]*')
        .replaceAll('?', '[^]')}$`,
      flags,
    )
  const list = (value: unknown) => [value].flat() as string[]
  const arn = (pattern: string) =>
    pattern === '*' || pattern.split(':').every((part, i) => glob(part).test(resource.split(':')[i] ?? '\0'))
  const isCondition = (operator: string, key: string, wanted: string[]) => {
    const found = values[key]
    const name = operator.replace('IfExists', '')
    if (name === 'Null') return (found === undefined) === (wanted[0] === 'true')
    if (found === undefined) return operator.endsWith('IfExists') || name.includes('Not')
    const equal = wanted.some((text) => (name.endsWith('Like') ? glob(text).test(found as string) : text === found))
    return name.includes('Not') ? !equal : equal
  }
  const applies = (statement: Json) => {
    const actions = list(statement.Action ?? statement.NotAction).some((text) => glob(text, 'i').test(action))
    const resources = list(statement.Resource ?? statement.NotResource).some(arn)
    if (actions !== 'Action' in statement || resources !== 'Resource' in statement) return false
    return Object.entries((statement.Condition ?? {}) as Record<string, Record<string, unknown>>).every(
      ([operator, keys]) => Object.entries(keys).every(([key, wanted]) => isCondition(operator, key, list(wanted))),
    )
  }
  const applying = statements.filter(applies)
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'denied'
  return applying.length > 0 ? 'allowed' : 'not-allowed'
}

/** The same numbers in every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state >>> 8
  }
}

test('twenty thousand generated policies are judged as the rules read', () => {
  const source = numbers(7)
  const pick = <T>(items: readonly T[]): T => items[source.next().value! % items.length]!
  const some = <T>(items: readonly T[]): T[] =>
    Array.from({ length: 1 + (source.next().value! % 2) }, () => pick(items))
  const actions = [
    '*',
    'cognito-idp:*',
    'cognito-idp:Admin*',
    'cognito-idp:a?min*User',
    'cognito-idp:ListUsers',
    'poolhouse:*',
    'COGNITO-IDP:LISTUSERS',
  ]
  const resources = [
    '*',
    pool,
    'arn:aws:cognito-idp:*:*:userpool/*',
    'arn:aws:cognito-idp:eu-*:*:userpool/eu-west-1_A?c',
    'arn:aws:iam::*:role/*',
    'arn:*:*:*:*:*',
  ]
  const operators = [
    'StringEquals',
    'StringNotEquals',
    'StringLike',
    'StringNotLike',
    'StringEqualsIfExists',
    'StringNotLikeIfExists',
  ]
  const statement = (): Json => ({
    Effect: pick(['Allow', 'Allow', 'Deny']),
    [pick(['Action', 'Action', 'NotAction'])]: some(actions),
    [pick(['Resource', 'Resource', 'NotResource'])]: some(resources),
    ...(pick([true, false]) && {
      Condition: {
        [pick(operators)]: { [pick(['aws:userid', 'aws:RequestedRegion'])]: some(['ann', 'a*', '?nn', 'b']) },
        ...(pick([true, false, false]) && { Null: { 'aws:userid': pick(['true', 'false']) } }),
      },
    }),
  })
  const seen = new Set<Verdict>()
  for (let i = 0; i < 20_000; i++) {
    const statements = Array.from({ length: 1 + (i % 4) }, statement)
    const action = pick(['cognito-idp:ListUsers', 'cognito-idp:AdminGetUser', 'poolhouse:PutRole'])
    const resource = pick([pool, '*', 'arn:aws:iam::1:role/x'])
    const values: Values = {
      ...(pick([true, false]) && { 'aws:userid': pick(['ann', 'b', 'a*']) }),
      ...(pick([true, false]) && { 'aws:RequestedRegion': 'ann' }),
    }
    const expected = naive(statements, action, resource, values)
    assert.equal(
      verdictOf(policyOf(...statements), values, action, resource),
      expected,
      JSON.stringify({ statements, action, resource, values }),
    )
    seen.add(expected)
  }
  assert.equal(seen.size, 3)
})

test('every key that the documentation names is one', () => {
  for (const key of [
    'aws:SourceIp',
    'aws:CurrentTime',
    'aws:PrincipalTag/x',
    'aws:ResourceTag/x',
    'aws:RequestTag/x',
    'aws:TagKeys',
    'aws:MultiFactorAuthPresent',
    'aws:userid',
  ])
    assert.ok(conditionKey(key), key)
})
