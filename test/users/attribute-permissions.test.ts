import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitsWith } from '../../src/model/limits.ts'
import { checkAttributes, toAttributeList } from '../../src/pool/attributes/schema.ts'
import type { Client } from '../../src/pool/clients/client.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { poolSchema } from '../../src/pool/pools/pool-schema.ts'
import { attributes } from './scene.ts'

const SchemaAttributes = poolSchema(limitsWith(), [
  { Name: 'name', Required: true },
  { Name: 'gender', Required: true, Mutable: false },
  { Name: 'word', AttributeDataType: 'String' },
  { Name: 'secret', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
])
const pool = { settings: { SchemaAttributes } } as Pool
const clientThatWrites = (WriteAttributes?: string[]) => ({ settings: { WriteAttributes } }) as Client

const signUp = (client: Client, values: Record<string, string>, of = pool) =>
  checkAttributes(of, attributes(values), { creating: true, writer: client })
const required = { name: 'Ann', gender: 'x' }
const unauthorized = {
  name: 'NotAuthorizedException',
  message: 'A client attempted to write unauthorized attribute',
}

test('a client writes the attributes that it may and no others', () => {
  const client = clientThatWrites(['name', 'gender', 'email'])
  assert.deepEqual(signUp(client, { ...required, email: 'a@example.com' }), { ...required, email: 'a@example.com' })
  assert.throws(() => signUp(client, { ...required, phone_number: '+15555550123' }), unauthorized)
  assert.throws(() => signUp(client, { ...required, 'custom:word': 'x' }), unauthorized)
})

for (const name of ['email_verified', 'phone_number_verified', 'dev:custom:secret'])
  test(`no client writes ${name}`, () => {
    assert.throws(() => signUp(clientThatWrites(), { ...required, [name]: 'true' }), unauthorized)
  })

test('a sign-up needs every required attribute', () => {
  assert.throws(() => signUp(clientThatWrites(), { gender: '' }), {
    name: 'InvalidParameterException',
    message:
      'Attributes did not conform to the schema: name: The attribute is required\ngender: The attribute is required\n',
  })
})

test('an administrator may leave out attributes that the user can set later', () => {
  const create = (values: Record<string, string>) =>
    checkAttributes(pool, attributes(values), { creating: true, writer: 'admin' })
  assert.deepEqual(create({ gender: 'x' }), { gender: 'x' })
  assert.throws(() => create({ name: 'Ann' }), {
    message: 'Attributes did not conform to the schema: gender: The attribute is required\n',
  })
})

test('a preferred username that is an alias waits until the account is confirmed', () => {
  const aliased = { settings: { SchemaAttributes, AliasAttributes: ['preferred_username'] } } as Pool
  const values = { ...required, preferred_username: 'annie' }
  assert.throws(() => signUp(clientThatWrites(), values, aliased), { name: 'InvalidParameterException' })
  assert.deepEqual(signUp(clientThatWrites(), values), values)
})

test('a list of attributes starts with the sub and shows what may be read', () => {
  const user = { id: 'some-sub', attributes: { name: 'Ann', email: 'a@example.com' } }
  assert.deepEqual(toAttributeList(user), attributes({ sub: 'some-sub', email: 'a@example.com', name: 'Ann' }))
  assert.deepEqual(toAttributeList(user, { readable: new Set(['name']) }), attributes({ name: 'Ann' }))
})
