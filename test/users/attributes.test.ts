import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool, valuesOf } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']
let UserPoolId: string
let count = 0

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server, {
    AutoVerifiedAttributes: ['email'],
    Schema: [
      { Name: 'nickname', Required: true, Mutable: true },
      { Name: 'gender', Mutable: false },
      { Name: 'word', AttributeDataType: 'String', StringAttributeConstraints: { MinLength: '2', MaxLength: '4' } },
      { Name: 'count', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '-5', MaxValue: '10' } },
      { Name: 'flag', AttributeDataType: 'Boolean' },
      { Name: 'day', AttributeDataType: 'DateTime' },
      { Name: 'secret', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
    ],
  })
})
after(() => server?.close())

const create = async (values: Record<string, string>) => {
  const { User } = await cognito.adminCreateUser({
    UserPoolId,
    Username: `user${++count}`,
    MessageAction: 'SUPPRESS',
    UserAttributes: attributes(values),
  })
  return { Username: User!.Username!, values: valuesOf(User!.Attributes) }
}
const update = (Username: string, values: Record<string, string>) =>
  cognito.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes: attributes(values) })
const get = async (Username: string) => {
  const { sub, ...values } = valuesOf((await cognito.adminGetUser({ UserPoolId, Username })).UserAttributes)
  return values
}

test('values are stored as text, numbers and flags in their canonical form', async () => {
  const { values } = await create({
    'custom:word': 'äöü',
    'custom:count': '-04.50',
    'custom:flag': 'TRUE',
    'custom:day': '2026-02-28T10:00:00Z',
    'dev:custom:secret': 'hush',
    birthdate: '2000-02-29',
  })
  delete values.sub
  assert.deepEqual(values, {
    'custom:word': 'äöü',
    'custom:count': '-4.5',
    'custom:flag': 'true',
    'custom:day': '2026-02-28T10:00:00Z',
    'dev:custom:secret': 'hush',
    birthdate: '2000-02-29',
  })
})

test('every unknown attribute is named', async () => {
  await assert.rejects(create({ 'custom:a': '1', 'custom:b': '2' }), {
    name: 'InvalidParameterException',
    message:
      'Attributes did not conform to the schema: custom:a: Attribute does not exist in the schema.\n' +
      'custom:b: Attribute does not exist in the schema.\n',
  })
})

for (const [name, value, fault] of [
  ['custom:word', 'x', 'String must be no shorter than 2 characters'],
  ['custom:word', 'abcde', 'String must be no longer than 4 characters'],
  ['custom:count', '-5.01', 'Number must be no less than -5'],
  ['custom:count', '11', 'Number must be no greater than 10'],
  ['custom:count', '1e1', 'Value must be a number'],
  ['custom:flag', 'yes', 'Value must be true or false'],
  ['custom:day', 'yesterday', 'Value must be a date'],
  ['birthdate', '1.1.2000', 'String must be no shorter than 10 characters'],
  ['name', 'ä'.repeat(1025), 'String must be no longer than 2048 characters'],
] as const) {
  test(`${name} refuses ${value.slice(0, 20)}`, async () => {
    await assert.rejects(create({ [name]: value }), {
      name: 'InvalidParameterException',
      message: `Attributes did not conform to the schema: ${name}: ${fault}\n`,
    })
  })
}

test('what is no e-mail address or phone number is refused', async () => {
  for (const email of [
    'ann',
    'ann@',
    '@example.com',
    'a@b',
    'a b@example.com',
    'a@example.com\nbcc: x',
    'a@b@example.com',
  ])
    await assert.rejects(create({ email }), {
      name: 'InvalidParameterException',
      message: 'Invalid email address format.',
    })
  for (const phone_number of ['5555550123', '+', '+1 555 555', '+1-555-5550123', '+12345678901234567', '+0123456789'])
    await assert.rejects(create({ phone_number }), {
      name: 'InvalidParameterException',
      message: 'Invalid phone number format.',
    })
})

test('an update changes what it names, and an empty value removes', async () => {
  const { Username } = await create({ nickname: 'Nick', name: 'Ann', profile: 'x' })
  await update(Username, { name: 'Anna', profile: '', website: 'https://example.com' })
  assert.deepEqual(await get(Username), { nickname: 'Nick', name: 'Anna', website: 'https://example.com' })
})

test('of an attribute that is named twice, the last value counts', async () => {
  const { Username } = await create({})
  await cognito.adminUpdateUserAttributes({
    UserPoolId,
    Username,
    UserAttributes: [...attributes({ name: 'first' }), ...attributes({ name: 'last' })],
  })
  assert.deepEqual(await get(Username), { name: 'last' })
})

test('an update that breaks a rule changes nothing', async () => {
  const { Username } = await create({ nickname: 'Nick', name: 'Ann', gender: 'x' })
  const refused = (values: Record<string, string>, message: string) =>
    assert.rejects(update(Username, { name: 'changed', ...values }), { name: 'InvalidParameterException', message })
  await refused({ gender: 'y' }, 'user.gender: Attribute cannot be updated.\n')
  await refused({ 'custom:no': 'y' }, 'user.custom:no: Attribute does not exist in the schema.\n')
  await refused({ birthdate: '1' }, 'user.birthdate: String must be no shorter than 10 characters\n')
  await refused({ nickname: '' }, 'user.nickname: The attribute is required\n')
  await refused({ email_verified: 'true' }, 'Email is required to verify/un-verify an email')
  await refused({ phone_number_verified: 'true' }, 'Phone Number is required to verify/un-verify a phone number')
  assert.deepEqual(await get(Username), { nickname: 'Nick', name: 'Ann', gender: 'x' })
})

const nonMutableSub = {
  name: 'InvalidParameterException',
  message: 'Cannot modify the non-mutable attribute sub',
}

test('the sub is nobody’s to set, change or remove', async () => {
  const { Username, values } = await create({})
  for (const sub of [values.sub!, '00000000-0000-4000-8000-000000000000', '']) {
    await assert.rejects(create({ sub }), nonMutableSub)
    await assert.rejects(update(Username, { sub, 'custom:no': 'x' }), nonMutableSub)
  }
  const UserAttributeNames = ['sub']
  await assert.rejects(cognito.adminDeleteUserAttributes({ UserPoolId, Username, UserAttributeNames }), nonMutableSub)
})

test('a name without a value is refused, and removes nothing', async () => {
  const { Username } = await create({ name: 'Ann' })
  const UserAttributes = [{ Name: 'website', Value: 'https://example.com' }, { Name: 'name' }]
  const refusal = { name: 'InvalidParameterException', message: 'Attribute value for name must not be null' }
  await assert.rejects(cognito.adminUpdateUserAttributes({ UserPoolId, Username, UserAttributes }), refusal)
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: 'nameless', UserAttributes }), refusal)
  assert.deepEqual(await get(Username), { name: 'Ann' })
})

test('a date of birth has ten characters, whatever the schema of the pool says', async () => {
  const Schema = [{ Name: 'birthdate', StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' } }]
  const lenient = await createPool(server, { Schema })
  const born = (birthdate: string) =>
    cognito.adminCreateUser({ UserPoolId: lenient, Username: 'ann', UserAttributes: attributes({ birthdate }) })
  const refused = (fault: string) => ({
    name: 'InvalidParameterException',
    message: `Attributes did not conform to the schema: birthdate: ${fault}\n`,
  })
  await assert.rejects(born('2000-2-9'), refused('String must be no shorter than 10 characters'))
  await assert.rejects(born('2000-02-029'), refused('String must be no longer than 10 characters'))
  await born('2000-02-29')
})

test('deleting attributes takes them away, and names every one that is unknown', async () => {
  const { Username } = await create({ nickname: 'Nick', name: 'Ann', email: 'ann@example.com', email_verified: 'true' })
  const remove = (...UserAttributeNames: string[]) =>
    cognito.adminDeleteUserAttributes({ UserPoolId, Username, UserAttributeNames })
  await assert.rejects(remove('name', 'custom:a', 'custom:b'), {
    name: 'InvalidParameterException',
    message:
      'Invalid user attributes: user.custom:a: Attribute does not exist in the schema.\n' +
      'user.custom:b: Attribute does not exist in the schema.\n',
  })
  await assert.rejects(remove('nickname'), { name: 'InvalidParameterException' })
  await remove('name', 'email')
  assert.deepEqual(await get(Username), { nickname: 'Nick' })
})

test('a new address is unverified until it is verified, and gets a code', async () => {
  const { Username } = await create({ email: 'old@example.com', email_verified: 'true' })
  await update(Username, { email: 'new@example.com' })
  assert.deepEqual(await get(Username), { email: 'new@example.com', email_verified: 'false' })
  const mail = await server.message({ to: 'new@example.com' })
  assert.match(mail.code!, /^\d{6}$/)

  await update(Username, { email: 'newer@example.com', email_verified: 'true' })
  assert.deepEqual(await get(Username), { email: 'newer@example.com', email_verified: 'true' })
  assert.equal(server.ctx.inbox!.list({ to: 'newer@example.com' }).length, 0)
})

test('where the pool wants verification first, the old address stays', async () => {
  const careful = await createPool(server, {
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  })
  const Username = 'careful'
  await cognito.adminCreateUser({
    UserPoolId: careful,
    Username,
    UserAttributes: attributes({ email: 'old@example.org', email_verified: 'true' }),
  })
  await cognito.adminUpdateUserAttributes({
    UserPoolId: careful,
    Username,
    UserAttributes: attributes({ email: 'new@example.org', name: 'Carla' }),
  })
  await server.message({ to: 'new@example.org' })
  const { UserAttributes } = await cognito.adminGetUser({ UserPoolId: careful, Username })
  const { sub, ...values } = valuesOf(UserAttributes)
  assert.deepEqual(values, { email: 'old@example.org', email_verified: 'true', name: 'Carla' })
})
