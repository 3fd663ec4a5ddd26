import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/server.ts'
import { codeMismatch, expiredCode, limitExceeded, scene, unknownName, wrongCode } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
})
after(() => server?.close())

const statusIs = (status: string) => ({
  name: 'NotAuthorizedException',
  message: `User cannot be confirmed. Current status is ${status}`,
})

test('the right code confirms the account and verifies the address, once', async () => {
  const people = await scene(server)
  await people.signUp('ann', { email: 'ann@example.com' })
  const code = await people.codeTo('ann@example.com')
  await assert.rejects(people.confirm('ann', wrongCode(code)), codeMismatch)
  const { $metadata, ...answer } = await people.confirm('ann', code)
  assert.deepEqual(answer, {})
  const user = await people.lookUp('ann')
  assert.equal(user.status, 'CONFIRMED')
  assert.equal(user.email_verified, 'true')
  await people.signIn('ann')
  await assert.rejects(people.confirm('ann', code), statusIs('CONFIRMED'))
})

test('of many who confirm with one code at once, one succeeds', async () => {
  const people = await scene(server)
  await people.signUp('ann', { email: 'ann@example.com' })
  const code = await people.codeTo('ann@example.com')
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => people.confirm('ann', code)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results)
    if (result.status === 'rejected')
      assert.ok(['NotAuthorizedException', 'ExpiredCodeException'].includes(result.reason.name), result.reason.name)
})

test('only users who signed up are confirmed', async () => {
  const people = await scene(server)
  await cognito.adminCreateUser({ UserPoolId: people.UserPoolId, Username: 'made', MessageAction: 'SUPPRESS' })
  await assert.rejects(people.confirm('made', '000000'), statusIs('FORCE_CHANGE_PASSWORD'))
  await people.signUp('off', { email: 'off@example.com' })
  const code = await people.codeTo('off@example.com')
  await cognito.adminDisableUser({ UserPoolId: people.UserPoolId, Username: 'off' })
  await assert.rejects(people.confirm('off', code), { name: 'NotAuthorizedException', message: 'User is disabled.' })
})

test('a code is good for a day', async () => {
  const people = await scene(server)
  for (const name of ['early', 'late']) await people.signUp(name, { email: `${name}@example.com` })
  const early = await people.codeTo('early@example.com')
  const late = await people.codeTo('late@example.com')
  server.clock.advance({ hours: 23, minutes: 59 })
  await people.confirm('early', early)
  server.clock.advance({ minutes: 2 })
  await assert.rejects(people.confirm('late', late), expiredCode)
  await people.resend('late')
  await people.confirm('late', await people.codeTo('late@example.com', 2))
})

test('a code is another user’s, another purpose’s and another pool’s never', async () => {
  const people = await scene(server)
  const others = await scene(server)
  await people.signUp('ann', { email: 'ann@example.com' })
  await people.signUp('bob', { email: 'bob@example.com' })
  await others.signUp('ann', { email: 'ann@example.com' })
  const anns = await people.codeTo('ann@example.com')
  for (const [place, name, right] of [
    [people, 'bob', await people.codeTo('bob@example.com')],
    [others, 'ann', await others.codeTo('ann@example.com')],
  ] as const)
    if (right !== anns) await assert.rejects(place.confirm(name, anns), codeMismatch)
  await people.addUser('carl', { email: 'carl@example.com', email_verified: 'true' })
  await people.forget('carl')
  await assert.rejects(people.confirm('carl', await people.codeTo('carl@example.com')), statusIs('CONFIRMED'))
  await assert.rejects(people.setForgotten('ann', anns), { name: 'NotAuthorizedException' })
  await cognito.adminConfirmSignUp({ UserPoolId: people.UserPoolId, Username: 'ann' })
  await assert.rejects(people.setForgotten('ann', anns), expiredCode)
})

test('a hundred guesses at once count a hundred, and not one past the limit is looked at', async () => {
  const people = await scene(server)
  await people.signUp('ann', { email: 'ann@example.com' })
  const code = await people.codeTo('ann@example.com')
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => people.confirm('ann', wrongCode(code))))
  const names = results.map((result) => (result.status === 'rejected' ? result.reason.name : 'fulfilled'))
  assert.equal(names.filter((name) => name === 'CodeMismatchException').length, 15)
  assert.equal(names.filter((name) => name === 'LimitExceededException').length, 85)
  await assert.rejects(people.confirm('ann', code), limitExceeded)
  server.clock.advance({ minutes: 61 })
  // Another hour, but the same code has been guessed at too often.
  await assert.rejects(people.confirm('ann', code), limitExceeded)
  await people.resend('ann')
  await people.confirm('ann', await people.codeTo('ann@example.com', 2))
})

test('an address confirmed by its code is a name to sign in with', async () => {
  const people = await scene(server, { pool: { AliasAttributes: ['email'] } })
  await people.signUp('ann', { email: 'ann@example.com' })
  await assert.rejects(people.signIn('ann@example.com'), { name: 'UserNotFoundException' })
  await people.confirm('ann', await people.codeTo('ann@example.com'))
  await people.signIn('ann@example.com')
})

test('an alias of another user stays theirs unless the call forces it', async () => {
  const people = await scene(server, { pool: { AliasAttributes: ['email'] } })
  await people.confirmed('first', 'jie@example.com')
  await people.signUp('second', { email: 'jie@example.com' })
  const code = await people.codeTo('jie@example.com', 2)
  const taken = { name: 'AliasExistsException', message: 'An account with the given email already exists.' }
  await assert.rejects(people.confirm('second', code), taken)
  assert.equal((await people.lookUp('second')).status, 'UNCONFIRMED')
  assert.equal((await people.lookUp('second')).email_verified, undefined)
  assert.equal((await people.lookUp('jie@example.com')).username, 'first')

  await people.confirm('second', code, { ForceAliasCreation: true })
  assert.equal((await people.lookUp('jie@example.com')).username, 'second')
  assert.equal((await people.lookUp('first')).email_verified, 'false')
})

test('a code does not verify an address that came after it', async () => {
  const people = await scene(server)
  await people.signUp('ann', { email: 'old@example.com' })
  const code = await people.codeTo('old@example.com')
  await cognito.adminUpdateUserAttributes({
    UserPoolId: people.UserPoolId,
    Username: 'ann',
    UserAttributes: [{ Name: 'email', Value: 'victim@example.com' }],
  })
  await assert.rejects(people.confirm('ann', code), expiredCode)
  const user = await people.lookUp('ann')
  assert.equal(user.status, 'UNCONFIRMED')
  assert.notEqual(user.email_verified, 'true')
})

test('a resent code takes the place of the one before', async () => {
  const people = await scene(server)
  await people.signUp('ann', { email: 'ann@example.com' })
  const first = await people.codeTo('ann@example.com')
  const { CodeDeliveryDetails } = await people.resend('ann')
  assert.deepEqual(CodeDeliveryDetails, {
    AttributeName: 'email',
    DeliveryMedium: 'EMAIL',
    Destination: 'a***@e***',
  })
  const second = await people.codeTo('ann@example.com', 2)
  if (first !== second) await assert.rejects(people.confirm('ann', first), codeMismatch)
  await people.confirm('ann', second)
  await assert.rejects(people.resend('ann'), {
    name: 'InvalidParameterException',
    message: 'User is already confirmed.',
  })
})

test('codes are resent five times an hour', async () => {
  const people = await scene(server)
  await people.signUp('ann', { email: 'ann@example.com' })
  for (let time = 0; time < 5; time++) await people.resend('ann')
  await assert.rejects(people.resend('ann'), limitExceeded)
  server.clock.advance({ minutes: 61 })
  await people.resend('ann')
})

test('confirmations are tried fifteen times an hour, by whatever code', async () => {
  const people = await scene(server)
  await people.signUp('ann', { email: 'ann@example.com' })
  for (let time = 0; time < 15; time++) {
    if (time === 10) await people.resend('ann')
    const code = await people.codeTo('ann@example.com', time < 10 ? 1 : 2)
    await assert.rejects(people.confirm('ann', wrongCode(code)), codeMismatch)
  }
  await assert.rejects(people.confirm('ann', await people.codeTo('ann@example.com')), limitExceeded)
})

test('a pool that verifies nothing resends nothing', async () => {
  const people = await scene(server, { pool: { AutoVerifiedAttributes: [] } })
  await people.signUp('ann', { email: 'ann@example.com' })
  await assert.rejects(people.resend('ann'), {
    name: 'NotAuthorizedException',
    message: 'Cannot resend codes. Auto verification not turned on.',
  })
})

test('an unknown name is reported if the client does not hide it', async () => {
  const people = await scene(server)
  await assert.rejects(people.resend('nobody'), unknownName)
  await assert.rejects(people.confirm('nobody', '000000'), unknownName)
})

test('where the client hides who exists, a name that nobody has is answered like a user', async () => {
  const people = await scene(server, { client: { PreventUserExistenceErrors: 'ENABLED' } })
  await assert.rejects(people.confirm('nobody', '000000'), expiredCode)
  const first = await people.resend('nobody')
  assert.equal(first.CodeDeliveryDetails!.DeliveryMedium, 'EMAIL')
  assert.match(first.CodeDeliveryDetails!.Destination!, /^[a-z]\*\*\*@[a-z]\*\*\*$/)
  assert.deepEqual((await people.resend('nobody')).CodeDeliveryDetails, first.CodeDeliveryDetails)
  await assert.rejects(people.confirm('nobody', '000000'), codeMismatch)
  for (let time = 2; time < 5; time++) await people.resend('nobody')
  await assert.rejects(people.resend('nobody'), limitExceeded)

  await people.signUp('off', { email: 'off@example.com' })
  await people.codeTo('off@example.com')
  await cognito.adminDisableUser({ UserPoolId: people.UserPoolId, Username: 'off' })
  assert.equal((await people.resend('off')).CodeDeliveryDetails!.DeliveryMedium, 'EMAIL')
  assert.equal(server.ctx.inbox!.list({ userPoolId: people.UserPoolId }).length, 1)
})
