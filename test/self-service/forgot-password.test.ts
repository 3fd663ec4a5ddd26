import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { recoveryOperations } from '../../src/pool/account-recovery/index.ts'
import { recoveryAttribute } from '../../src/pool/mfa/recovery-attribute.ts'
import type { Pool } from '../../src/pool/pools/pool.ts'
import { countStatements } from '../support/count-statements.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import {
  attributes,
  codeMismatch,
  expiredCode,
  limitExceeded,
  otherPassword,
  password,
  scene,
  unknownName,
  wrongCode,
} from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
})
after(() => server?.close())

const email = 'ann@example.com'
const phone_number = '+15555550123'
const ann = { email, email_verified: 'true' }
const both = { ...ann, phone_number, phone_number_verified: 'true' }
const noChannel = {
  name: 'InvalidParameterException',
  message: 'Cannot reset password for the user as there is no registered/verified email or phone_number',
}
const wrongState = {
  name: 'NotAuthorizedException',
  message: 'User password cannot be reset in the current state.',
}
const wrongCredentials = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
const hiding = { client: { PreventUserExistenceErrors: 'ENABLED' } } as const

test('a code sets a new password, once', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  const { CodeDeliveryDetails } = await people.forget('ann')
  assert.deepEqual(CodeDeliveryDetails, {
    AttributeName: 'email',
    DeliveryMedium: 'EMAIL',
    Destination: 'a***@e***',
  })
  await people.signIn('ann')
  const code = await people.codeTo(email)
  await assert.rejects(people.setForgotten('ann', wrongCode(code)), codeMismatch)
  const { $metadata, ...answer } = await people.setForgotten('ann', code)
  assert.deepEqual(answer, {})
  await assert.rejects(people.signIn('ann'), wrongCredentials)
  await people.signIn('ann', otherPassword)
  await assert.rejects(people.setForgotten('ann', code, password), expiredCode)
})

test('sessions outlive a password that was forgotten', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  const { AccessToken } = await people.signIn('ann')
  await people.forget('ann')
  await people.setForgotten('ann', await people.codeTo(email))
  assert.equal((await cognito.getUser({ AccessToken })).Username, 'ann')
})

test('a code is good for an hour', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  await people.forget('ann')
  const code = await people.codeTo(email)
  server.clock.advance({ minutes: 61 })
  await assert.rejects(people.setForgotten('ann', code), expiredCode)
})

test('a password that is refused leaves the code as it was', async () => {
  const people = await scene(server, {
    pool: { Policies: { PasswordPolicy: { MinimumLength: 8, RequireNumbers: true, PasswordHistorySize: 2 } } },
  })
  await people.addUser('ann', ann)
  await people.forget('ann')
  const code = await people.codeTo(email)
  await assert.rejects(people.setForgotten('ann', code, 'too-simple'), {
    name: 'InvalidPasswordException',
    message: 'Password does not conform to policy: Password must have numeric characters',
  })
  const former = { name: 'PasswordHistoryPolicyViolationException', message: 'Password has previously been used' }
  await assert.rejects(people.setForgotten('ann', code, password), former)
  await assert.rejects(people.setForgotten('ann', wrongCode(code), password), codeMismatch)
  await people.setForgotten('ann', code)
})

test('a hundred guesses at once count a hundred, and not one past the limit is looked at', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  await people.forget('ann')
  const code = await people.codeTo(email)
  const guesses = Array.from({ length: 100 }, () => people.setForgotten('ann', wrongCode(code)))
  const results = await Promise.allSettled(guesses)
  const names = results.map((result) => (result.status === 'rejected' ? result.reason.name : 'fulfilled'))
  assert.equal(names.filter((name) => name === 'CodeMismatchException').length, 15)
  assert.equal(names.filter((name) => name === 'LimitExceededException').length, 85)
  await assert.rejects(people.setForgotten('ann', code), limitExceeded)
  await people.signIn('ann')
  server.clock.advance({ minutes: 61 })
  await people.forget('ann')
  await people.setForgotten('ann', await people.codeTo(email, 2))
})

test('of many who use one code at once, one sets the password', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  await people.forget('ann')
  const code = await people.codeTo(email)
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, number) => people.setForgotten('ann', code, `${otherPassword}${number}`)),
  )
  const winners = results.flatMap(({ status }, number) => (status === 'fulfilled' ? [number] : []))
  assert.equal(winners.length, 1)
  await people.signIn('ann', `${otherPassword}${winners[0]}`)
})

test('codes are asked for twenty times an hour', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  for (let time = 0; time < 20; time++) await people.forget('ann')
  await assert.rejects(people.forget('ann'), limitExceeded)
})

test('the code goes where the pool prefers, among what the user has verified', async () => {
  const mediumFor = async (values: Record<string, string>, names?: ('verified_email' | 'verified_phone_number')[]) => {
    const RecoveryMechanisms = names?.map((Name, index) => ({ Name, Priority: index + 1 }))
    const people = await scene(server, {
      pool: RecoveryMechanisms ? { AccountRecoverySetting: { RecoveryMechanisms } } : {},
    })
    await people.addUser('ann', values)
    return (await people.forget('ann')).CodeDeliveryDetails!.DeliveryMedium
  }
  assert.equal(await mediumFor(ann), 'EMAIL')
  assert.equal(await mediumFor(both, ['verified_email', 'verified_phone_number']), 'EMAIL')
  assert.equal(
    await mediumFor({ ...both, email_verified: 'false' }, ['verified_email', 'verified_phone_number']),
    'SMS',
  )
  assert.equal(await mediumFor(both, ['verified_phone_number', 'verified_email']), 'SMS')
  await assert.rejects(mediumFor(ann, ['verified_phone_number']), noChannel)
  await assert.rejects(mediumFor({ email }), noChannel)
})

test('a pool without the setting prefers the phone', () => {
  const pool = { settings: {} } as Pool
  assert.equal(recoveryAttribute(pool, { attributes: both }), 'phone_number')
  assert.equal(recoveryAttribute(pool, { attributes: ann }), 'email')
  assert.equal(recoveryAttribute(pool, { attributes: { email } }), undefined)
})

test('a pool may leave recovery to its administrators', async () => {
  const AccountRecoverySetting = { RecoveryMechanisms: [{ Name: 'admin_only' as const, Priority: 1 }] }
  const people = await scene(server, { pool: { AccountRecoverySetting } })
  const refused = { name: 'NotAuthorizedException', message: 'Contact administrator to reset password.' }
  await people.addUser('ann', ann)
  await assert.rejects(people.forget('ann'), refused)
  const { ClientId } = await people.addClient(hiding.client)
  await assert.rejects(people.forget('nobody', ClientId), refused)
})

test('users who have not come to a password of their own are refused', async () => {
  const people = await scene(server)
  const { UserPoolId } = people
  const invited = { UserPoolId, Username: 'made', MessageAction: 'SUPPRESS', UserAttributes: attributes(ann) } as const
  await cognito.adminCreateUser(invited)
  await assert.rejects(people.forget('made'), wrongState)
  await people.signUp('new', { email: 'new@example.com' })
  await assert.rejects(people.forget('new'), noChannel)
  await cognito.adminUpdateUserAttributes({ UserPoolId, Username: 'new', UserAttributes: attributes(ann) })
  await assert.rejects(people.forget('new'), wrongState)
  await people.addUser('off', ann)
  await cognito.adminDisableUser({ UserPoolId, Username: 'off' })
  const disabled = { name: 'NotAuthorizedException', message: 'User is disabled.' }
  await assert.rejects(people.forget('off'), disabled)
  await assert.rejects(people.setForgotten('off', '000000'), disabled)
  await assert.rejects(people.forget('nobody'), unknownName)
  await assert.rejects(people.setForgotten('nobody', '000000'), unknownName)
})

test('an administrator’s reset ends with the code', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  await cognito.adminResetUserPassword({ UserPoolId: people.UserPoolId, Username: 'ann' })
  await people.setForgotten('ann', await people.codeTo(email))
  assert.equal((await people.lookUp('ann')).status, 'CONFIRMED')
  await people.signIn('ann', otherPassword)
})

test('a temporary password that came meanwhile is not made a lasting one by the code', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  await people.forget('ann')
  const code = await people.codeTo(email)
  const { UserPoolId } = people
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'ann', Password: otherPassword, Permanent: false })
  await assert.rejects(people.setForgotten('ann', code), wrongState)
})

test('a code that went to an address which is not the user’s any more is worth nothing', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  await people.forget('ann')
  const code = await people.codeTo(email)
  await cognito.adminUpdateUserAttributes({
    UserPoolId: people.UserPoolId,
    Username: 'ann',
    UserAttributes: attributes({ email: 'new@example.com', email_verified: 'true' }),
  })
  await assert.rejects(people.setForgotten('ann', code), expiredCode)
  await people.signIn('ann')
})

test('a new password ends the lock-out', async () => {
  const people = await scene(server)
  await people.addUser('ann', ann)
  for (let guess = 0; guess < 8; guess++) {
    await people.signIn('ann', 'Wrong-Horse-9').catch(() => {})
    server.clock.advance({ seconds: guess < 7 ? 10 : 0 })
  }
  await assert.rejects(people.signIn('ann'), { message: 'Password attempts exceeded' })
  await people.forget('ann')
  await people.setForgotten('ann', await people.codeTo(email))
  await people.signIn('ann', otherPassword)
})

test('where the client hides who exists, those who can’t be helped are answered like those who can', async () => {
  const people = await scene(server, hiding)
  const { UserPoolId } = people
  await people.addUser('ann', ann)
  await people.addUser('bare')
  await people.addUser('off', ann)
  await cognito.adminDisableUser({ UserPoolId, Username: 'off' })
  await cognito.adminCreateUser({ UserPoolId, Username: 'made', MessageAction: 'SUPPRESS' })
  await people.signUp('new', { email: 'new@example.com' })

  const real = await people.forget('ann')
  for (const name of ['nobody', 'bare', 'off', 'made', 'new']) {
    await assert.rejects(people.setForgotten(name, '000000'), expiredCode)
    const { CodeDeliveryDetails } = await people.forget(name)
    assert.deepEqual(Object.keys(CodeDeliveryDetails!), Object.keys(real.CodeDeliveryDetails!))
    assert.equal(CodeDeliveryDetails!.DeliveryMedium, 'EMAIL')
    assert.match(CodeDeliveryDetails!.Destination!, /^[a-z]\*\*\*@[a-z]\*\*\*$/)
    assert.deepEqual((await people.forget(name)).CodeDeliveryDetails, CodeDeliveryDetails)
    await assert.rejects(people.setForgotten(name, '000000'), codeMismatch)
  }
  assert.notDeepEqual(
    (await people.forget('nobody')).CodeDeliveryDetails!.Destination,
    (await people.forget('someone')).CodeDeliveryDetails!.Destination,
  )
  await people.codeTo(email)
  await people.codeTo('new@example.com')
  assert.equal(server.ctx.inbox!.list({ userPoolId: UserPoolId }).length, 2)
  const outbox = await sql`select * from outbox where pool_id = ${UserPoolId}`.execute(server.ctx.db)
  assert.equal(outbox.rows.length, 2)
})

test('a made-up code runs out of guesses and of time like one that was sent', async () => {
  const people = await scene(server, hiding)
  await people.addUser('ann', ann)
  const answersFor = async (name: string) => {
    const answers: string[] = []
    const guess = () => people.setForgotten(name, 'wrong1').catch((error) => answers.push(error.name))
    await guess()
    await people.forget(name)
    for (let time = 0; time < 16; time++) await guess()
    server.clock.advance({ minutes: 59 })
    await guess()
    server.clock.advance({ minutes: 2 })
    await guess()
    for (let time = 0; time < 20; time++) await guess()
    return answers
  }
  const known = await answersFor('ann')
  assert.deepEqual(new Set(known), new Set(['ExpiredCodeException', 'CodeMismatchException', 'LimitExceededException']))
  assert.deepEqual(await answersFor('nobody'), known)
})

test('what seems to be sent follows the form of the name and the settings of the pool', async () => {
  const byEmail = await scene(server, { ...hiding, pool: { UsernameAttributes: ['email'] } })
  const { CodeDeliveryDetails: asEmail } = await byEmail.forget('nobody@example.com')
  assert.deepEqual(asEmail, { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' })
  const pool = { UsernameAttributes: ['phone_number' as const], AutoVerifiedAttributes: ['phone_number' as const] }
  const byPhone = await scene(server, { ...hiding, pool })
  const { CodeDeliveryDetails: asPhone } = await byPhone.forget('+15555559876')
  assert.deepEqual(asPhone, {
    AttributeName: 'phone_number',
    DeliveryMedium: 'SMS',
    Destination: '+*******9876',
  })
  const RecoveryMechanisms = [{ Name: 'verified_phone_number' as const, Priority: 1 }]
  const phoneOnly = await scene(server, { ...hiding, pool: { AccountRecoverySetting: { RecoveryMechanisms } } })
  const { CodeDeliveryDetails: made } = await phoneOnly.forget('nobody@example.com')
  assert.match(made!.Destination!, /^\+\*{7}\d{4}$/)
})

test('a name that nobody has takes as many statements as a user', async () => {
  const people = await scene(server, hiding)
  await people.addUser('ann', ann)
  const client = { ClientId: people.ClientId }
  const counted = async (Username: string) => {
    const guess = { ...client, Username, ConfirmationCode: 'wrong1', Password: otherPassword }
    return [
      await countStatements(server, (ctx) => recoveryOperations.ForgotPassword({ ...client, Username }, ctx)),
      await countStatements(server, (ctx) =>
        assert.rejects(recoveryOperations.ConfirmForgotPassword(guess, ctx), codeMismatch),
      ),
    ]
  }
  // The first call of all reads pool and client.
  await counted('somebody')
  const known = await counted('ann')
  assert.ok(known.every((count) => count > 2))
  assert.deepEqual(await counted('nobody'), known)
})
