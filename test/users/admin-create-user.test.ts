import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { verifyUserPassword } from '../../src/pool/passwords/password.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool, inside, valuesOf } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server)
})
after(() => server?.close())

test('a created user has to change the temporary password', async () => {
  const { User } = await cognito.adminCreateUser({
    UserPoolId,
    Username: 'Ann',
    TemporaryPassword: 'Tempor4ry!',
    UserAttributes: attributes({ email: 'ann@example.com', email_verified: 'True', updated_at: '0042.50' }),
  })
  assert.equal(User!.Username, 'Ann')
  assert.equal(User!.UserStatus, 'FORCE_CHANGE_PASSWORD')
  assert.equal(User!.Enabled, true)
  assert.ok(User!.UserCreateDate instanceof Date)
  assert.deepEqual(User!.UserCreateDate, User!.UserLastModifiedDate)
  assert.equal(User!.Attributes![0]!.Name, 'sub')
  const { sub, ...rest } = valuesOf(User!.Attributes)
  assert.match(sub!, /^[0-9a-f-]{36}$/)
  assert.deepEqual(rest, { email: 'ann@example.com', email_verified: 'true', updated_at: '42.5' })

  const shown = await cognito.adminGetUser({ UserPoolId, Username: 'Ann' })
  const { $metadata, ...members } = shown
  assert.deepEqual(members, {
    Username: 'Ann',
    UserAttributes: User!.Attributes,
    UserCreateDate: User!.UserCreateDate,
    UserLastModifiedDate: User!.UserLastModifiedDate,
    Enabled: true,
    UserStatus: 'FORCE_CHANGE_PASSWORD',
  })
  const bySub = await cognito.adminGetUser({ UserPoolId, Username: sub! })
  assert.equal(bySub.Username, 'Ann')

  const { pool, user } = await inside(server, UserPoolId, 'Ann')
  assert.equal(await verifyUserPassword(server.ctx, pool, user, 'Tempor4ry!'), true)
  assert.equal(await verifyUserPassword(server.ctx, pool, user, 'Tempor4ry?'), false)
  assert.equal(await verifyUserPassword(server.ctx, pool, undefined, 'Tempor4ry!'), false)
})

test('names are case-sensitive where the pool does not say otherwise', async () => {
  await assert.rejects(cognito.adminGetUser({ UserPoolId, Username: 'ann' }), { name: 'UserNotFoundException' })
})

test('a second user of the same name is refused', async () => {
  await cognito.adminCreateUser({ UserPoolId, Username: 'twice' })
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: 'twice' }), {
    name: 'UsernameExistsException',
    message: 'User account already exists',
  })
})

test('of ten equal creations at once, one makes the user', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => cognito.adminCreateUser({ UserPoolId, Username: 'racer' })),
  )
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results)
    if (result.status === 'rejected') assert.equal(result.reason.name, 'UsernameExistsException')
  const { Users } = await cognito.listUsers({ UserPoolId, Filter: 'username = "racer"' })
  assert.equal(Users!.length, 1)
})

test('nobody can be named like another user’s sub', async () => {
  const { User } = await cognito.adminCreateUser({ UserPoolId, Username: 'original' })
  const sub = valuesOf(User!.Attributes).sub!
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: sub }), { name: 'UsernameExistsException' })
  assert.equal((await cognito.adminGetUser({ UserPoolId, Username: sub })).Username, 'original')
})

test('a temporary password that breaks the policy is refused', async () => {
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: 'weak', TemporaryPassword: 'Password!' }), {
    name: 'InvalidPasswordException',
    message: 'Password did not conform with password policy: Password must have numeric characters',
  })
  await assert.rejects(cognito.adminGetUser({ UserPoolId, Username: 'weak' }), { name: 'UserNotFoundException' })
})

test('an unknown pool is refused', async () => {
  await assert.rejects(cognito.adminCreateUser({ UserPoolId: 'us-east-1_000000000', Username: 'x' }), {
    name: 'ResourceNotFoundException',
    message: 'User pool us-east-1_000000000 does not exist.',
  })
})

test('the invitation carries the password, through the media that were asked for', async () => {
  await cognito.adminCreateUser({
    UserPoolId,
    Username: 'invited',
    UserAttributes: attributes({ email: 'invited@example.com', phone_number: '+15555550123' }),
    DesiredDeliveryMediums: ['EMAIL', 'SMS'],
  })
  const mail = await server.message({ to: 'invited@example.com' })
  assert.equal(mail.medium, 'EMAIL')
  assert.equal(mail.subject, 'Your temporary password')
  assert.match(mail.body, /Your username is invited and temporary password is /)
  const sms = await server.message({ to: '+15555550123' })
  assert.equal(sms.code, mail.code)
  const { pool, user } = await inside(server, UserPoolId, 'invited')
  assert.equal(await verifyUserPassword(server.ctx, pool, user, mail.code!), true)
})

test('without a medium the invitation goes by SMS, and to nobody without a phone number', async () => {
  await cognito.adminCreateUser({
    UserPoolId,
    Username: 'sms-only',
    UserAttributes: attributes({ email: 'sms-only@example.com', phone_number: '+15555550124' }),
  })
  await server.message({ to: '+15555550124' })
  await cognito.adminCreateUser({
    UserPoolId,
    Username: 'unreached',
    UserAttributes: attributes({ email: 'unreached@example.com' }),
  })
  const mails = server.ctx.inbox!.list().filter(({ medium, to }) => medium === 'EMAIL' && /sms-only|unreached/.test(to))
  assert.deepEqual(mails, [])
})

test('a suppressed invitation is not sent', async () => {
  await cognito.adminCreateUser({
    UserPoolId,
    Username: 'quiet',
    MessageAction: 'SUPPRESS',
    UserAttributes: attributes({ phone_number: '+15555550125' }),
  })
  const queued = await server.ctx.db.selectFrom('outbox').select('id').where('pool_id', '=', UserPoolId).execute()
  const { user } = await inside(server, UserPoolId, 'quiet')
  const ofUser = await server.ctx.db.selectFrom('outbox').select('id').where('user_id', '=', user!.id).execute()
  assert.ok(queued.length > 0)
  assert.deepEqual(ofUser, [])
})

test('a medium that the user cannot be reached by is refused', async () => {
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: 'nomail', DesiredDeliveryMediums: ['EMAIL'] }), {
    name: 'InvalidParameterException',
  })
})

test('an invitation sent again has a new password and its whole time', async () => {
  const Username = 'again'
  const invite = (MessageAction?: 'RESEND') =>
    cognito.adminCreateUser({
      UserPoolId,
      Username,
      MessageAction,
      UserAttributes: attributes({ phone_number: '+15555550126' }),
    })
  await invite()
  const first = await server.message({ to: '+15555550126' })
  await invite('RESEND')
  const second = await server.message({ to: '+15555550126' })
  assert.notEqual(first.code, second.code)
  const { pool, user } = await inside(server, UserPoolId, Username)
  assert.equal(await verifyUserPassword(server.ctx, pool, user, first.code!), false)
  assert.equal(await verifyUserPassword(server.ctx, pool, user, second.code!), true)
})

test('an invitation is sent again only to a user with a temporary password', async () => {
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: 'nobody', MessageAction: 'RESEND' }), {
    name: 'UserNotFoundException',
    message: 'User does not exist.',
  })
  await cognito.adminCreateUser({ UserPoolId, Username: 'settled' })
  await cognito.adminSetUserPassword({ UserPoolId, Username: 'settled', Password: 'Perm4nent!', Permanent: true })
  await assert.rejects(cognito.adminCreateUser({ UserPoolId, Username: 'settled', MessageAction: 'RESEND' }), {
    name: 'UnsupportedUserStateException',
    message: 'Resend not possible. settled status is not FORCE_CHANGE_PASSWORD',
  })
})

test('a pool that signs in by codes takes users without a password', async () => {
  const passwordless = await createPool(server, {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    Schema: [{ Name: 'given_name', Required: true }],
  })
  const { User } = await cognito.adminCreateUser({
    UserPoolId: passwordless,
    Username: 'codes',
    UserAttributes: attributes({ email: 'codes@example.com', given_name: 'Cora' }),
    DesiredDeliveryMediums: ['EMAIL'],
  })
  assert.equal(User!.UserStatus, 'CONFIRMED')
  const mail = await server.message({ to: 'codes@example.com' })
  assert.match(mail.body, /Your username is codes\./)
  assert.doesNotMatch(mail.body, /password/)

  const create = (values: Record<string, string>, TemporaryPassword?: string) =>
    cognito.adminCreateUser({
      UserPoolId: passwordless,
      Username: 'other',
      UserAttributes: attributes(values),
      TemporaryPassword,
    })
  await assert.rejects(create({ given_name: 'Ola' }), { name: 'InvalidParameterException' })
  await assert.rejects(create({ email: 'ola@example.com' }), {
    name: 'InvalidParameterException',
    message: 'Attributes did not conform to the schema: given_name: The attribute is required\n',
  })
  const withPassword = await create({}, 'Tempor4ry!')
  assert.equal(withPassword.User!.UserStatus, 'FORCE_CHANGE_PASSWORD')
})
