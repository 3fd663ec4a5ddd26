import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { profileOperations } from '../../src/pool/profile/index.ts'
import { countStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, codeMismatch, expiredCode, limitExceeded, password, scene, valuesOf, wrongCode } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
})
after(() => server?.close())

const held = {
  AutoVerifiedAttributes: ['email' as const],
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email' as const] },
}
const ann = { email: 'ann@example.com', email_verified: 'true' }

const update = (AccessToken: string, values: Record<string, string>) =>
  cognito.updateUserAttributes({ AccessToken, UserAttributes: attributes(values) })
const verify = (AccessToken: string, Code: string, AttributeName = 'email') =>
  cognito.verifyUserAttribute({ AccessToken, AttributeName, Code })
const askCode = (AccessToken: string, AttributeName = 'email') =>
  cognito.getUserAttributeVerificationCode({ AccessToken, AttributeName })
const emailOf = async (AccessToken: string) => {
  const { email, email_verified } = valuesOf((await cognito.getUser({ AccessToken })).UserAttributes)
  return [email, email_verified]
}

test('users see themselves, and nothing that is not set', async () => {
  const people = await scene(server)
  await people.addUser('ann', { ...ann, name: 'Ann' })
  const { AccessToken } = await people.signIn('ann')
  const { $metadata, ...user } = await cognito.getUser({ AccessToken })
  const { sub } = valuesOf(user.UserAttributes)
  assert.match(sub!, /^[0-9a-f-]{36}$/)
  assert.deepEqual(user, {
    Username: 'ann',
    UserAttributes: attributes({ sub: sub!, ...ann, name: 'Ann' }),
  })
})

test('seeing oneself takes one statement', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  await cognito.getUser({ AccessToken })
  const statements = await countStatements(server, (ctx) => profileOperations.GetUser({ AccessToken }, ctx))
  assert.equal(statements, 1)
})

test('a client reads and writes what it may', async () => {
  const client = { ReadAttributes: ['email'], WriteAttributes: ['email', 'name'] }
  const people = await scene(server, { client, pool: { AutoVerifiedAttributes: [] } })
  await people.addUser('ann', { ...ann, name: 'Ann' })
  const { AccessToken } = await people.signIn('ann')
  const seen = valuesOf((await cognito.getUser({ AccessToken })).UserAttributes)
  assert.deepEqual(Object.keys(seen), ['sub', 'email'])

  const { CodeDeliveryDetailsList } = await update(AccessToken, { name: 'Anne' })
  assert.deepEqual(CodeDeliveryDetailsList, [])
  assert.equal((await people.lookUp('ann')).name, 'Anne')
  const unauthorized = {
    name: 'NotAuthorizedException',
    message: 'A client attempted to write unauthorized attribute',
  }
  for (const name of ['given_name', 'email_verified']) {
    await assert.rejects(update(AccessToken, { [name]: 'true' }), unauthorized)
    await assert.rejects(cognito.deleteUserAttributes({ AccessToken, UserAttributeNames: [name] }), unauthorized)
  }
  assert.equal((await people.lookUp('ann')).email_verified, 'true')
})

test('users neither set nor remove their sub, and a name without a value removes nothing', async () => {
  const people = await scene(server)
  await people.addUser('ann', { ...ann, name: 'Ann' })
  const { AccessToken } = await people.signIn('ann')
  const fixed = { name: 'InvalidParameterException', message: 'Cannot modify the non-mutable attribute sub' }
  await assert.rejects(update(AccessToken, { sub: 'me' }), fixed)
  await assert.rejects(cognito.deleteUserAttributes({ AccessToken, UserAttributeNames: ['sub'] }), fixed)
  await assert.rejects(people.signUp('eve', { email: 'eve@example.com', sub: 'me' }), fixed)

  const missing = { name: 'InvalidParameterException', message: 'Attribute value for name must not be null' }
  const UserAttributes = [{ Name: 'name' }]
  await assert.rejects(cognito.updateUserAttributes({ AccessToken, UserAttributes }), missing)
  const { ClientId } = people
  await assert.rejects(cognito.signUp({ ClientId, Username: 'eve', Password: password, UserAttributes }), missing)
  assert.equal((await people.lookUp('ann')).name, 'Ann')
  await update(AccessToken, { name: '' })
  assert.equal((await people.lookUp('ann')).name, undefined)
})

test('a value that breaks its limits is named with its attribute', async () => {
  const Schema = [
    {
      Name: 'id',
      AttributeDataType: 'String' as const,
      StringAttributeConstraints: { MinLength: '36' },
      Mutable: true,
    },
  ]
  const people = await scene(server, { pool: { Schema } })
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  await assert.rejects(update(AccessToken, { 'custom:id': 'short', birthdate: '2000' }), {
    name: 'InvalidParameterException',
    message:
      'user.custom:id: String must be no shorter than 36 characters\n' +
      'user.birthdate: String must be no shorter than 10 characters\n',
  })
})

test('immutable, unknown and ill-formed attributes are refused, and change nothing', async () => {
  const Schema = [{ Name: 'badge', AttributeDataType: 'String' as const, Mutable: false }]
  const people = await scene(server, { pool: { Schema } })
  await people.addUser('ann', { ...ann, 'custom:badge': '7' })
  const { AccessToken } = await people.signIn('ann')
  const refused = (message: string | RegExp) => ({ name: 'InvalidParameterException', message })
  await assert.rejects(
    update(AccessToken, { name: 'Eve', 'custom:badge': '8' }),
    refused(/Attribute cannot be updated/),
  )
  await assert.rejects(update(AccessToken, { name: 'Eve', 'custom:no': '8' }), refused(/does not exist in the schema/))
  await assert.rejects(update(AccessToken, { name: 'Eve', email: 'no' }), refused('Invalid email address format.'))
  await assert.rejects(
    cognito.deleteUserAttributes({ AccessToken, UserAttributeNames: ['custom:a', 'name'] }),
    refused('Invalid user attributes: user.custom:a: Attribute does not exist in the schema.\n'),
  )
  assert.equal((await people.lookUp('ann')).name, undefined)
})

test('a removed address takes its verification and its code along', async () => {
  const people = await scene(server)
  await people.addUser('ann', { email: ann.email })
  const { AccessToken } = await people.signIn('ann')
  await askCode(AccessToken)
  const code = await people.codeTo(ann.email)
  await cognito.deleteUserAttributes({ AccessToken, UserAttributeNames: ['email'] })
  assert.deepEqual(await emailOf(AccessToken), [undefined, undefined])
  await assert.rejects(verify(AccessToken, code), expiredCode)
  await assert.rejects(askCode(AccessToken), { name: 'InvalidParameterException' })
})

test('a new address changes at once, and is verified by the code that went to it', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  const { CodeDeliveryDetailsList } = await update(AccessToken, { email: 'new@example.org', name: 'Ann' })
  assert.deepEqual(CodeDeliveryDetailsList, [
    { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' },
  ])
  assert.deepEqual(await emailOf(AccessToken), ['new@example.org', 'false'])
  const code = await people.codeTo('new@example.org')
  await assert.rejects(verify(AccessToken, wrongCode(code)), codeMismatch)
  const { $metadata, ...answer } = await verify(AccessToken, code)
  assert.deepEqual(answer, {})
  assert.deepEqual(await emailOf(AccessToken), ['new@example.org', 'true'])
  await assert.rejects(verify(AccessToken, code), expiredCode)
})

test('an address that is not new sends nothing', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  const { CodeDeliveryDetailsList } = await update(AccessToken, { email: ann.email })
  assert.deepEqual(CodeDeliveryDetailsList, [])
  assert.deepEqual(await emailOf(AccessToken), [ann.email, 'true'])
})

test('where the pool wants it so, the old address stays until the new one is verified', async () => {
  const people = await scene(server, { pool: held })
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  const { CodeDeliveryDetailsList } = await update(AccessToken, { email: 'new@example.org' })
  assert.equal(CodeDeliveryDetailsList!.length, 1)
  assert.deepEqual(await emailOf(AccessToken), [ann.email, 'true'])
  await people.codeTo('new@example.org')
  const { CodeDeliveryDetails } = await askCode(AccessToken)
  assert.equal(CodeDeliveryDetails!.Destination, 'n***@e***')
  await verify(AccessToken, await people.codeTo('new@example.org', 2))
  assert.deepEqual(await emailOf(AccessToken), ['new@example.org', 'true'])
})

test('who stays with the old address after all ends the code for the new one', async () => {
  const people = await scene(server, { pool: held })
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  await update(AccessToken, { email: 'new@example.org' })
  const code = await people.codeTo('new@example.org')
  await update(AccessToken, { email: ann.email })
  await assert.rejects(verify(AccessToken, code), expiredCode)
  assert.deepEqual(await emailOf(AccessToken), [ann.email, 'true'])
})

test('a code verifies the address it went to, and no later one', async () => {
  const people = await scene(server)
  await people.addUser('ann', { email: 'mine@example.com' })
  const { AccessToken } = await people.signIn('ann')
  await askCode(AccessToken)
  const code = await people.codeTo('mine@example.com')
  await cognito.adminUpdateUserAttributes({
    UserPoolId: people.UserPoolId,
    Username: 'ann',
    UserAttributes: attributes({ email: 'victim@example.com', email_verified: 'false' }),
  })
  await assert.rejects(verify(AccessToken, code), (error: Error) =>
    ['ExpiredCodeException', 'CodeMismatchException'].includes(error.name),
  )
  assert.deepEqual(await emailOf(AccessToken), ['victim@example.com', 'false'])
})

test('an address that changes while its code is used is never verified by it', async () => {
  const people = await scene(server)
  await people.addUser('ann', { email: 'mine@example.com' })
  const { AccessToken } = await people.signIn('ann')
  for (let round = 0; round < 4; round++) {
    await update(AccessToken, { email: `mine${round}@example.com` })
    const code = await people.codeTo(`mine${round}@example.com`)
    await Promise.allSettled([
      verify(AccessToken, code),
      update(AccessToken, { email: `victim${round}@example.com` }),
      verify(AccessToken, code),
    ])
    assert.deepEqual(await emailOf(AccessToken), [`victim${round}@example.com`, 'false'])
  }
})

test('an alias follows its address', async () => {
  const people = await scene(server, { pool: { AliasAttributes: ['email'] } })
  await people.addUser('ann', ann)
  await people.addUser('bob', { email: 'bob@example.com', email_verified: 'true' })
  const { AccessToken } = await people.signIn(ann.email)
  await update(AccessToken, { email: 'new@example.com' })
  const unknown = { name: 'UserNotFoundException' }
  await assert.rejects(people.signIn(ann.email), unknown)
  await assert.rejects(people.signIn('new@example.com'), unknown)
  await verify(AccessToken, await people.codeTo('new@example.com'))
  await people.signIn('new@example.com')

  await update(AccessToken, { email: 'bob@example.com' })
  assert.equal((await people.lookUp('bob@example.com')).username, 'bob')
  await verify(AccessToken, await people.codeTo('bob@example.com'))
  assert.equal((await people.lookUp('bob@example.com')).username, 'ann')
  const bob = await people.lookUp('bob')
  assert.deepEqual([bob.email, bob.email_verified], ['bob@example.com', 'false'])
})

test('a phone number that is an alias moves like an address, and a held address does so with its code', async () => {
  const people = await scene(server, {
    pool: { ...held, AliasAttributes: ['email', 'phone_number'], AutoVerifiedAttributes: ['email', 'phone_number'] },
  })
  await people.addUser('ann', { ...ann, phone_number: '+15555550123', phone_number_verified: 'true' })
  await people.addUser('bob', { email: 'bob@example.com', email_verified: 'true' })
  const { AccessToken } = await people.signIn('bob')
  await update(AccessToken, { phone_number: '+15555550123', email: ann.email })
  await verify(AccessToken, await people.codeTo('+15555550123'), 'phone_number')
  assert.equal((await people.lookUp(ann.email)).username, 'ann')
  await verify(AccessToken, await people.codeTo(ann.email))
  for (const alias of [ann.email, '+15555550123']) assert.equal((await people.lookUp(alias)).username, 'bob')
  const former = await people.lookUp('ann')
  assert.deepEqual([former.email_verified, former.phone_number_verified], ['false', 'false'])
})

test('an address that is another’s username is not taken over by its code', async () => {
  const people = await scene(server, { pool: { ...held, UsernameAttributes: ['email'] } })
  await people.confirmed('ann@example.com', 'ann@example.com')
  const { AccessToken } = await people.signIn('ann@example.com')
  await update(AccessToken, { email: 'new@example.com' })
  const code = await people.codeTo('new@example.com')
  await people.confirmed('new@example.com', 'new@example.com')
  await assert.rejects(verify(AccessToken, code), {
    name: 'AliasExistsException',
    message: 'An account with the given email already exists.',
  })
  assert.deepEqual(await emailOf(AccessToken), ['ann@example.com', 'true'])
})

test('an address that is the username signs in at once, and may not be another’s', async () => {
  const people = await scene(server, { pool: { UsernameAttributes: ['email'] } })
  await people.confirmed('ann@example.com', 'ann@example.com')
  await people.confirmed('bob@example.com', 'bob@example.com')
  const { AccessToken } = await people.signIn('ann@example.com')
  await assert.rejects(update(AccessToken, { email: 'bob@example.com' }), {
    name: 'AliasExistsException',
    message: 'An account with the given email already exists.',
  })
  await update(AccessToken, { email: 'new@example.com' })
  await people.signIn('new@example.com')
})

test('a second address is verified on demand', async () => {
  const people = await scene(server)
  await people.addUser('ann', { ...ann, phone_number: '+15555550123' })
  const { AccessToken } = await people.signIn('ann')
  const { CodeDeliveryDetails } = await askCode(AccessToken, 'phone_number')
  assert.deepEqual(CodeDeliveryDetails, {
    AttributeName: 'phone_number',
    DeliveryMedium: 'SMS',
    Destination: '+*******0123',
  })
  const code = await people.codeTo('+15555550123')
  await assert.rejects(verify(AccessToken, code, 'email'), expiredCode)
  await verify(AccessToken, code, 'phone_number')
  assert.equal((await people.lookUp('ann')).phone_number_verified, 'true')
  for (const name of ['name', 'custom:x', 'email_verified'])
    await assert.rejects(askCode(AccessToken, name), { name: 'InvalidParameterException' })
})

test('verification codes are asked for five times an hour and tried fifteen times', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  for (let time = 0; time < 5; time++) await askCode(AccessToken)
  await assert.rejects(askCode(AccessToken), limitExceeded)
  const code = await people.codeTo(ann.email, 5)
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => verify(AccessToken, wrongCode(code))))
  const names = results.map((result) => (result.status === 'rejected' ? result.reason.name : 'fulfilled'))
  assert.equal(names.filter((name) => name === 'CodeMismatchException').length, 15)
  assert.equal(names.filter((name) => name === 'LimitExceededException').length, 85)
  await assert.rejects(verify(AccessToken, code), limitExceeded)
})

test('a code of one user is none of another’s', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  await people.addUser('eve', { email: 'eve@example.com' })
  const anns = await people.signIn('ann')
  const eves = await people.signIn('eve')
  await askCode(anns.AccessToken)
  const code = await people.codeTo(ann.email)
  await assert.rejects(verify(eves.AccessToken, code), expiredCode)
  await askCode(eves.AccessToken)
  if (code !== (await people.codeTo('eve@example.com')))
    await assert.rejects(verify(eves.AccessToken, code), codeMismatch)
  assert.equal((await people.lookUp('eve')).email_verified, undefined)
})

test('without a valid access token every call is refused', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  const { AccessToken, RefreshToken } = await people.signIn('ann')
  const calls = (token: string) => [
    () => cognito.getUser({ AccessToken: token }),
    () => update(token, { name: 'Eve' }),
    () => cognito.deleteUserAttributes({ AccessToken: token, UserAttributeNames: ['email'] }),
    () => askCode(token),
    () => verify(token, '000000'),
    () => cognito.changePassword({ AccessToken: token, PreviousPassword: 'former', ProposedPassword: 'proposed' }),
    () => cognito.deleteUser({ AccessToken: token }),
  ]
  for (const call of calls('nonsense')) await assert.rejects(call, { name: 'NotAuthorizedException' })
  await cognito.revokeToken({ ClientId: people.ClientId, Token: RefreshToken })
  for (const call of calls(AccessToken))
    await assert.rejects(call, { name: 'NotAuthorizedException', message: 'Access Token has been revoked' })
  const { name, email } = await people.lookUp('ann')
  assert.deepEqual([name, email], [undefined, ann.email])
})
