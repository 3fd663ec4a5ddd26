import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allOperations, allShapes, operationNamed } from '../../src/model/model.ts'
import { matcher } from '../../src/model/patterns.ts'
import { parseInput } from '../../src/model/validate.ts'

const UserPoolId = 'us-east-1_abcDEF123'
const ClientId = '1abcdefghijklmnopqrstuvwxy'
const parse = (operation: string, json: unknown) => parseInput(operationNamed(operation)!, json)

function refusal(operation: string, json: unknown): string {
  try {
    parse(operation, json)
  } catch (error) {
    const { type, message } = error as { type: string; message: string }
    return `${type}: ${message}`
  }
  return 'accepted'
}

const constraint = (operation: string, json: unknown) => {
  const text = refusal(operation, json)
  const prefix = 'InvalidParameterException: 1 validation error detected: '
  assert.ok(text.startsWith(prefix), text)
  return text.slice(prefix.length)
}

const captured: [name: string, operation: string, json: unknown, item: string][] = [
  [
    'a pattern',
    'DescribeUserPool',
    { UserPoolId: 'YOUR-USER-POOL-ID' },
    "Value 'YOUR-USER-POOL-ID' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+",
  ],
  [
    'a missing member',
    'GetUserAttributeVerificationCode',
    { AccessToken: 'a.b.c' },
    "Value null at 'attributeName' failed to satisfy constraint: Member must not be null",
  ],
  [
    'a member that is null',
    'GetUserAttributeVerificationCode',
    { AccessToken: 'a.b.c', AttributeName: null },
    "Value null at 'attributeName' failed to satisfy constraint: Member must not be null",
  ],
  [
    'a missing member that is sensitive, without the word null',
    'GetUser',
    {},
    "Value at 'accessToken' failed to satisfy constraint: Member must not be null",
  ],
  [
    'an enum inside a list',
    'CreateUserPoolClient',
    { UserPoolId, ClientName: 'web', AllowedOAuthFlows: ['code', 'token'] },
    "Value '[code, token]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [implicit, client_credentials, code]]",
  ],
  [
    'an enum',
    'InitiateAuth',
    { ClientId, AuthFlow: 'NO_AUTH' },
    "Value 'NO_AUTH' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
  ],
  [
    'a number that is too small',
    'ListUserPools',
    { MaxResults: 0 },
    "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    'a number that is too large',
    'ListUsers',
    { UserPoolId, Limit: 61 },
    "Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
  ],
  [
    'a password, without its value',
    'SignUp',
    { ClientId, Username: 'ann', Password: 'two words ' },
    "Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
  ],
  [
    'a username, without its value',
    'SignUp',
    { ClientId, Username: 'x'.repeat(129) },
    "Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128",
  ],
  [
    'a client id, with its value',
    'SignUp',
    { ClientId: 'no-such-client', Username: 'ann' },
    "Value 'no-such-client' at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+",
  ],
  [
    'a member of a structure in a list',
    'AdminCreateUser',
    { UserPoolId, Username: 'ann', UserAttributes: [{ Name: 'email' }, { Value: 'x' }] },
    "Value null at 'userAttributes.2.member.name' failed to satisfy constraint: Member must not be null",
  ],
  [
    'an attribute value, without it',
    'AdminCreateUser',
    { UserPoolId, Username: 'ann', UserAttributes: [{ Name: 'email', Value: 'x'.repeat(2049) }] },
    "Value at 'userAttributes.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048",
  ],
  [
    'a member of a structure in a structure',
    'CreateUserPool',
    { PoolName: 'p', Policies: { PasswordPolicy: { MinimumLength: 5 } } },
    "Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6",
  ],
  [
    'a list that is too long',
    'CreateUserPool',
    { PoolName: 'p', Schema: Array.from({ length: 51 }, (_, i) => ({ Name: `a${i}` })) },
    "Value at 'schema' failed to satisfy constraint: Member must have length less than or equal to 50",
  ],
  [
    'a list that is too short',
    'AddCustomAttributes',
    { UserPoolId, CustomAttributes: [] },
    "Value at 'customAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1",
  ],
  [
    'a callback address in a list',
    'CreateUserPoolClient',
    { UserPoolId, ClientName: 'web', CallbackURLs: ['https://a/b', 'with space'] },
    "Value '[https://a/b, with space]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]",
  ],
  [
    'the key of a map',
    'TagResource',
    { ResourceArn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/x', Tags: { '': 'v' } },
    "Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
  ],
  [
    'the value of a map',
    'TagResource',
    { ResourceArn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/x', Tags: { k: 'v'.repeat(257) } },
    `Value '{k=${'v'.repeat(257)}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256]`,
  ],
  [
    'bytes that are too many',
    'SetUICustomization',
    { UserPoolId, ImageFile: Buffer.alloc(131_073).toString('base64') },
    "Value at 'imageFile' failed to satisfy constraint: Member must have length less than or equal to 131072",
  ],
]

for (const [name, operation, json, item] of captured) {
  test(`the service's text reports ${name}`, () => assert.equal(constraint(operation, json), item))
}

test('several broken rules come in one error, joined by semicolons', () => {
  assert.equal(
    refusal('ConfirmSignUp', { ClientId, Username: 'ann', ConfirmationCode: '' }),
    'InvalidParameterException: 2 validation errors detected: ' +
      "Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+; " +
      "Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1",
  )
})

test('at most ten broken rules are reported', () => {
  const attributes = Array.from({ length: 30 }, () => ({ Value: 'x' }))
  assert.match(
    refusal('AdminCreateUser', { UserPoolId, Username: 'ann', UserAttributes: attributes }),
    /^InvalidParameterException: 10 validation errors detected: /,
  )
})

const wrongTypes: [name: string, operation: string, json: unknown, text: string][] = [
  ['a list as input', 'ListUsers', [], 'Start of list found where not expected'],
  ['a string as input', 'ListUsers', 'x', 'Expected map or null'],
  ['a number for a string', 'ListUsers', { UserPoolId: 1 }, 'NUMBER_VALUE can not be converted to a String'],
  ['true for a string', 'ListUsers', { UserPoolId: true }, 'TRUE_VALUE can not be converted to a String'],
  ['a list for a string', 'ListUsers', { UserPoolId: [] }, 'Start of list found where not expected'],
  ['a structure for a string', 'ListUsers', { UserPoolId: {} }, 'Start of structure or map found where not expected.'],
  ['a string for an integer', 'ListUsers', { Limit: '1' }, 'STRING_VALUE can not be converted to an Integer'],
  ['false for an integer', 'ListUsers', { Limit: false }, 'FALSE_VALUE can not be converted to an Integer'],
  [
    'a number for a boolean',
    'AdminSetUserPassword',
    { Permanent: 1 },
    'NUMBER_VALUE can not be converted to a Boolean',
  ],
  ['a string for a list', 'SignUp', { UserAttributes: 'x' }, 'Expected list or null'],
  ['a map for a list', 'SignUp', { UserAttributes: {} }, 'Start of structure or map found where not expected.'],
  ['a string for a structure', 'SignUp', { UserAttributes: ['x'] }, 'Expected null'],
  ['a string for a map', 'SignUp', { ClientMetadata: 'x' }, 'Expected map or null'],
  [
    'a number in a map of strings',
    'SignUp',
    { ClientMetadata: { a: 1 } },
    'NUMBER_VALUE can not be converted to a String',
  ],
  [
    'text that is not base64',
    'SetUICustomization',
    { ImageFile: '<svg>' },
    'STRING_VALUE can not be converted to a Blob',
  ],
  ['a character no database keeps', 'SignUp', { Username: 'a\0b' }, 'A String can not contain the character U+0000'],
]

for (const [name, operation, json, text] of wrongTypes) {
  test(`${name} is a SerializationException, whatever else is wrong`, () =>
    assert.equal(refusal(operation, json), `SerializationException: ${text}`))
}

test('unknown members are dropped and null counts as absent', () => {
  assert.deepEqual(parse('ListUsers', { UserPoolId, Filter: null, Newest: { a: [1] } }), { UserPoolId })
  assert.deepEqual(parse('ListUserPools', { MaxResults: 1 }), { MaxResults: 1 })
})

test('null items of a list and null values of a map are left out', () => {
  const input = parse('AdminCreateUser', {
    UserPoolId,
    Username: 'ann',
    DesiredDeliveryMediums: ['SMS', null],
    ClientMetadata: { a: 'b', c: null },
  })
  assert.deepEqual(input.DesiredDeliveryMediums, ['SMS'])
  assert.deepEqual(input.ClientMetadata, { a: 'b' })
})

test('a fraction is cut off and a number out of range ends at the limit', () => {
  assert.equal(parse('ListUsers', { UserPoolId, Limit: 2.9 }).Limit, 2)
  assert.match(constraint('ListUsers', { UserPoolId, Limit: 1e12 }), /^Value '2147483647' at 'limit'/)
})

test('blobs become bytes and documents stay as they are', () => {
  const { Assets, Settings } = parse('CreateManagedLoginBranding', {
    UserPoolId,
    ClientId,
    Settings: { components: { pageBackground: { image: { enabled: true } } }, list: [1, null, 'x'] },
    Assets: [{ Category: 'FAVICON_ICO', ColorMode: 'LIGHT', Extension: 'ICO', Bytes: 'aGVsbG8=' }],
  }) as { Assets: { Bytes: Uint8Array }[]; Settings: unknown }
  assert.equal(Buffer.from(Assets[0]!.Bytes).toString(), 'hello')
  assert.deepEqual(Settings, { components: { pageBackground: { image: { enabled: true } } }, list: [1, null, 'x'] })
})

test('keys that name a prototype do no harm', () => {
  const json = JSON.parse(
    '{"__proto__":{"admin":true},"ClientId":"abc","Username":"ann","ClientMetadata":{"__proto__":"x","constructor":"y"}}',
  )
  const input = parse('SignUp', json) as { ClientMetadata: Record<string, string>; admin?: boolean }
  assert.equal(input.admin, undefined)
  assert.deepEqual(Object.keys(input.ClientMetadata), ['constructor'])
  assert.equal(Object.getPrototypeOf(input.ClientMetadata), Object.prototype)

  const branding = JSON.parse(
    `{"UserPoolId":"${UserPoolId}","ClientId":"abc","Settings":{"a":{"__proto__":{"admin":true}}}}`,
  )
  const { Settings } = parse('CreateManagedLoginBranding', branding) as { Settings: { a: { admin?: boolean } } }
  assert.deepEqual(Object.getOwnPropertyNames(Settings.a), [])
  assert.equal(Settings.a.admin, undefined)
})

test('a document that is nested too deeply is refused', () => {
  const deep = JSON.parse(`{"Settings":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
  assert.equal(
    refusal('CreateManagedLoginBranding', { UserPoolId, ClientId, ...deep }),
    'SerializationException: The document is nested too deeply',
  )
})

test('a length counts characters, not halves of them', () => {
  assert.equal(refusal('SignUp', { ClientId, Username: '𝒜'.repeat(128) }), 'accepted')
  assert.match(constraint('SignUp', { ClientId, Username: '𝒜'.repeat(129) }), /less than or equal to 128$/)
})

test('a password may hold spaces, but none around it', () => {
  const signUp = (Password: string) => refusal('SignUp', { ClientId, Username: 'ann', Password })
  for (const password of ['Correct horse 9 battery!', 'a  b', 'ab', 'pass\u00a0', '\u00a0pass'])
    assert.equal(signUp(password), 'accepted', JSON.stringify(password))
  for (const password of ['', ' ', 'a', ' ab', 'ab ', '\tab', 'ab\n', 'a\nb', ' '.repeat(200)])
    assert.match(signUp(password), /at 'password' failed to satisfy constraint: Member must satisfy regular/, password)
})

test('half a character becomes the replacement character', () => {
  const { UserAttributes } = parse('SignUp', {
    ClientId,
    Username: 'ann',
    UserAttributes: [{ Name: 'name', Value: 'a\ud800' }],
  }) as { UserAttributes: { Value: string }[] }
  assert.equal(UserAttributes[0]!.Value, 'a\ufffd')
})

test('white space in patterns is what Java means by it', () => {
  assert.equal(refusal('SignUp', { ClientId, Username: 'ann', Password: 'no\u00a0break' }), 'accepted')
  assert.match(constraint('CreateUserPool', { PoolName: 'no\u00a0break' }), /at 'poolName'/)
})

test('a host name is a valid custom domain although the pattern has no dot', () => {
  const create = (Domain: string) => refusal('CreateUserPoolDomain', { UserPoolId, Domain })
  assert.equal(create('auth.example.com'), 'accepted')
  assert.equal(create('myapp'), 'accepted')
  for (const domain of [
    '-a.example.com',
    'auth..com',
    'auth.example.com/x',
    'AUTH.example.com',
    `${'a'.repeat(64)}.com`,
  ])
    assert.match(create(domain), /at 'domain' failed/, domain)
})

test('the flow of client tokens is accepted although the published enum lacks it', () => {
  const create = (flow: string) =>
    refusal('CreateUserPoolClient', { UserPoolId, ClientName: 'm', ExplicitAuthFlows: [flow] })
  assert.equal(create('ALLOW_CLIENT_TOKEN_AUTH'), 'accepted')
  assert.match(create('ALLOW_ANYTHING'), /at 'explicitAuthFlows'/)
})

test('a device cannot be read or forgotten without an access token', () => {
  for (const operation of ['GetDevice', 'ForgetDevice'])
    assert.match(refusal(operation, { DeviceKey: 'us-east-1_0f' }), /Value at 'accessToken'/)
})

test('resource servers can be listed without a page size', () => {
  assert.equal(refusal('ListResourceServers', { UserPoolId }), 'accepted')
})

test('every operation takes an empty input or names what is missing', () => {
  for (const operation of allOperations) {
    const shape = allShapes.get(operation.input)
    assert.equal(shape?.type, 'structure')
    const required = Object.values(shape?.type === 'structure' ? shape.members : {}).some((member) => member.required)
    const text = refusal(operation.name, {})
    if (required) assert.match(text, /Value (null )?at '\w+' failed to satisfy constraint: Member must not be null/)
    else assert.equal(text, 'accepted')
  }
})

test('no pattern takes long over a value made to make it backtrack', () => {
  const size = 60_000
  const values = ['a', '_', '-', '@', ':', '{####}', '{##a##}', '{##', 'arn:a:b:', '1:', 'import-', ' ', 'a.']
    .map((piece) => piece.repeat(Math.ceil(size / piece.length)))
    .flatMap((value) => [value, `${value}\u0007`, `arn:aws:x:y:1:${value}!`])
  for (const shape of allShapes.values()) {
    if (shape.type !== 'string' || shape.pattern === undefined) continue
    const matches = matcher(shape.pattern)
    const started = performance.now()
    for (const value of values) matches(value)
    const took = performance.now() - started
    assert.ok(took < 1000, `${shape.pattern} took ${Math.round(took)} ms`)
  }
})

test('patterns rewritten to run in linear time decide as the originals do', () => {
  for (const shape of allShapes.values()) {
    if (shape.type !== 'string' || !shape.pattern?.includes('{')) continue
    const original = new RegExp(`^(?:${shape.pattern.replace('(?s)', '')})$`, 'u')
    const matches = matcher(shape.pattern)
    for (const value of samples(shape.pattern)) assert.equal(matches(value), original.test(value), value)
  }
})

function samples(pattern: string): string[] {
  const pieces = ['', 'a', ' ', '@', '{####}', '{##', '##}', '{##x##}', '{###}', '\u0007', '-', pattern.slice(0, 3)]
  return pieces.flatMap((a) => pieces.flatMap((b) => pieces.map((c) => a + b + c)))
}
