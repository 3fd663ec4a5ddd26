import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { adminOf, cognitoOf, keyOf } from '../administration/scene.ts'
import { insertManyUsers } from '../support/many-users.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool } from './scene.ts'

let server: TestServer
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  UserPoolId = await createPool(server, { Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }] })
  await create('ann', { 'custom:plan': 'Gold 100%', nickname: 'Annie' })
  await create('bob', { 'custom:plan': 'silver' })
  await create('eve', { 'custom:plan': 'rose gold' })
  await create('zoe', {})
})
after(() => server?.close())

const create = (Username: string, values: Record<string, string>) =>
  server.cognito.adminCreateUser({
    UserPoolId,
    Username,
    MessageAction: 'SUPPRESS',
    UserAttributes: attributes(values),
  })

const search = async (AttributeName: string, Contains: string) => {
  const { Users } = await adminOf(server).listUsersByAttribute({ UserPoolId, AttributeName, Contains })
  return Users.map(({ Username }) => Username).sort()
}

test('users are found by a part of any attribute, custom ones and those without an index too', async () => {
  assert.deepEqual(await search('custom:plan', 'gold'), ['ann', 'eve'])
  assert.deepEqual(await search('custom:plan', 'SILVER'), ['bob'])
  assert.deepEqual(await search('nickname', 'nni'), ['ann'])
  const { Users } = await adminOf(server).listUsersByAttribute({ UserPoolId, AttributeName: 'sub', Contains: '-' })
  assert.equal(Users.length, 4)
  assert.ok(Users[0]!.UserCreateDate instanceof Date)
})

test('what is typed is text, no pattern and no statement', async () => {
  assert.deepEqual(await search('custom:plan', '100%'), ['ann'])
  for (const text of ['%', '_', '.*', "' or true --", '\\', '\u0000x']) {
    const found = await search('custom:plan', text).catch(({ name }: Error) => name)
    assert.deepEqual(found, text === '%' ? ['ann'] : text.includes('\u0000') ? 'SerializationException' : [], text)
  }
})

test('pages follow each other, and their tokens are of this search alone', async () => {
  const admin = adminOf(server)
  const input = { UserPoolId, AttributeName: 'custom:plan', Contains: 'gold', MaxResults: 1 }
  const first = await admin.listUsersByAttribute(input)
  const second = await admin.listUsersByAttribute({ ...input, NextToken: first.NextToken })
  const names = [...first.Users, ...second.Users].map(({ Username }) => Username)
  assert.deepEqual(names.sort(), ['ann', 'eve'])
  const last = await admin.listUsersByAttribute({ ...input, NextToken: second.NextToken })
  assert.deepEqual([last.Users, last.NextToken], [[], undefined])
  await assert.rejects(admin.listUsersByAttribute({ ...input, Contains: 'o', NextToken: first.NextToken }), {
    name: 'InvalidParameterException',
  })
})

test('an attribute that the pool does not have, an empty text and a pool that is not there are refused', async () => {
  const admin = adminOf(server)
  const refused = async (input: object) =>
    admin
      .listUsersByAttribute({ UserPoolId, AttributeName: 'custom:plan', Contains: 'x', ...input })
      .then(() => 'answered')
      .catch(({ name }: Error) => name)
  assert.equal(await refused({ AttributeName: 'custom:other' }), 'InvalidParameterException')
  assert.equal(await refused({ AttributeName: "x') --" }), 'InvalidParameterException')
  assert.equal(await refused({ Contains: '' }), 'InvalidParameterException')
  assert.equal(await refused({ Contains: 'x'.repeat(257) }), 'InvalidParameterException')
  assert.equal(await refused({ UserPoolId: 'us-east-1_NotThere9' }), 'ResourceNotFoundException')
})

test('a role finds users in the pools that it may read, and in no others', async () => {
  const other = await createPool(server)
  await adminOf(server).putRole({ RoleName: 'desk', ReadyMadePolicy: 'help-desk', UserPoolIds: [other] })
  const desk = adminOf(server, await keyOf(server, 'desk'))
  const input = { AttributeName: 'nickname', Contains: 'a' }
  assert.deepEqual((await desk.listUsersByAttribute({ ...input, UserPoolId: other })).Users, [])
  await assert.rejects(desk.listUsersByAttribute({ ...input, UserPoolId }), { name: 'AccessDeniedException' })
  const nobody = cognitoOf(server, { accessKeyId: 'unknown', secretAccessKey: 'unknown' })
  await assert.rejects(nobody.listUsers({ UserPoolId }), { name: 'UnrecognizedClientException' })
})

test('one page looks at ten thousand users at most, and the next one goes on behind them', async () => {
  const pool = await createPool(server)
  await insertManyUsers(server.ctx.db, pool, 10_500)
  const admin = adminOf(server)
  const input = { UserPoolId: pool, AttributeName: 'address', Contains: 'nowhere' }
  const first = await admin.listUsersByAttribute(input)
  assert.deepEqual(first.Users, [])
  assert.ok(first.NextToken)
  const second = await admin.listUsersByAttribute({ ...input, NextToken: first.NextToken })
  assert.deepEqual([second.Users, second.NextToken], [[], undefined])
})
