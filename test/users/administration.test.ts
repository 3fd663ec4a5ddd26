import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findPassword, findSrpVerifier, verifyUserPassword } from '../../src/pool/passwords/password.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { attributes, createPool, inside } from './scene.ts'

let server: TestServer
let cognito: TestServer['cognito']
let UserPoolId: string

before(async () => {
  server = await startTestServer()
  cognito = server.cognito
  UserPoolId = await createPool(server, { AutoVerifiedAttributes: ['email'] })
})
after(() => server?.close())

const create = (Username: string, values: Record<string, string> = {}) =>
  cognito.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS', UserAttributes: attributes(values) })
const setPassword = (Username: string, Password: string, Permanent?: boolean) =>
  cognito.adminSetUserPassword({ UserPoolId, Username, Password, Permanent })
const statusOf = async (Username: string) => (await cognito.adminGetUser({ UserPoolId, Username })).UserStatus

test('calls for a user that is not there are refused', async () => {
  const nobody = { UserPoolId, Username: 'nobody' }
  const refusal = { name: 'UserNotFoundException', message: 'User does not exist.' }
  await assert.rejects(cognito.adminGetUser(nobody), refusal)
  await assert.rejects(cognito.adminDeleteUser(nobody), refusal)
  await assert.rejects(cognito.adminEnableUser(nobody), refusal)
  await assert.rejects(cognito.adminDisableUser(nobody), refusal)
  await assert.rejects(cognito.adminConfirmSignUp(nobody), refusal)
  await assert.rejects(cognito.adminResetUserPassword(nobody), refusal)
  await assert.rejects(cognito.adminUpdateUserAttributes({ ...nobody, UserAttributes: [] }), refusal)
  await assert.rejects(cognito.adminDeleteUserAttributes({ ...nobody, UserAttributeNames: ['name'] }), refusal)
  await assert.rejects(cognito.adminSetUserPassword({ ...nobody, Password: 'Passw0rd!' }), refusal)
})

test('a password set for good confirms the user, a temporary one asks for another', async () => {
  await create('pat')
  await setPassword('pat', 'Perm4nent!', true)
  assert.equal(await statusOf('pat'), 'CONFIRMED')
  await setPassword('pat', 'Tempor4ry!')
  assert.equal(await statusOf('pat'), 'FORCE_CHANGE_PASSWORD')

  const { pool, user } = await inside(server, UserPoolId, 'pat')
  assert.equal(await verifyUserPassword(server.ctx, pool, user, 'Perm4nent!'), false)
  assert.equal(await verifyUserPassword(server.ctx, pool, user, 'Tempor4ry!'), true)
  const stored = await findPassword(server.ctx.db, UserPoolId, user!.id)
  const days = (stored!.expiresAt!.getTime() - server.clock.now().getTime()) / 86_400_000
  assert.ok(days > 6.9 && days <= 7)
  const srp = await findSrpVerifier(server.ctx, pool, user!)
  assert.equal(srp!.verifier.length, 384)
})

test('a password that breaks the policy is refused and changes nothing', async () => {
  await create('weak')
  await assert.rejects(setPassword('weak', 'password1!', true), {
    name: 'InvalidPasswordException',
    message: 'Password does not conform to policy: Password must have uppercase characters',
  })
  assert.equal(await statusOf('weak'), 'FORCE_CHANGE_PASSWORD')
})

test('a pool refuses as many former passwords as it remembers', async () => {
  const remembering = await createPool(server, {
    Policies: { PasswordPolicy: { MinimumLength: 6, PasswordHistorySize: 2 } },
  })
  const set = (Password: string) =>
    cognito.adminSetUserPassword({ UserPoolId: remembering, Username: 'hal', Password, Permanent: true })
  await cognito.adminCreateUser({ UserPoolId: remembering, Username: 'hal', TemporaryPassword: 'first1' })
  const refusal = { name: 'PasswordHistoryPolicyViolationException', message: 'Password has previously been used' }
  await assert.rejects(set('first1'), refusal)
  await set('second')
  await assert.rejects(set('first1'), refusal)
  await set('third3')
  await assert.rejects(set('second'), refusal)
  await set('first1')
})

test('disabling ends every session, and enabling brings none back', async () => {
  await create('dora')
  await cognito.adminDisableUser({ UserPoolId, Username: 'dora' })
  assert.equal((await cognito.adminGetUser({ UserPoolId, Username: 'dora' })).Enabled, false)
  const disabled = (await inside(server, UserPoolId, 'dora')).user!
  assert.ok(disabled.tokensValidFrom)
  await cognito.adminEnableUser({ UserPoolId, Username: 'dora' })
  assert.equal((await cognito.adminGetUser({ UserPoolId, Username: 'dora' })).Enabled, true)
  const enabled = (await inside(server, UserPoolId, 'dora')).user!
  assert.deepEqual(enabled.tokensValidFrom, disabled.tokensValidFrom)
})

test('only a user who waits for confirmation can be confirmed', async () => {
  await create('uma', { email: 'uma@example.com' })
  await assert.rejects(cognito.adminConfirmSignUp({ UserPoolId, Username: 'uma' }), {
    name: 'NotAuthorizedException',
    message: 'User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD',
  })
  await server.ctx.db.updateTable('users').set({ status: 'UNCONFIRMED' }).where('username', '=', 'uma').execute()
  await cognito.adminConfirmSignUp({ UserPoolId, Username: 'uma' })
  assert.equal(await statusOf('uma'), 'CONFIRMED')
  await assert.rejects(cognito.adminConfirmSignUp({ UserPoolId, Username: 'uma' }), {
    name: 'NotAuthorizedException',
    message: 'User cannot be confirmed. Current status is CONFIRMED',
  })
})

test('a reset sends a code to the verified address and ends the sessions', async () => {
  await create('rita', { email: 'rita@example.com', email_verified: 'true' })
  const reset = () => cognito.adminResetUserPassword({ UserPoolId, Username: 'rita' })
  await assert.rejects(reset(), {
    name: 'NotAuthorizedException',
    message: 'User password cannot be reset in the current state.',
  })
  await setPassword('rita', 'Perm4nent!', true)
  await reset()
  assert.equal(await statusOf('rita'), 'RESET_REQUIRED')
  const mail = await server.message({ to: 'rita@example.com' })
  assert.match(mail.code!, /^\d{6}$/)
  assert.ok((await inside(server, UserPoolId, 'rita')).user!.tokensValidFrom)

  await cognito.adminDisableUser({ UserPoolId, Username: 'rita' })
  await assert.rejects(reset(), { name: 'NotAuthorizedException', message: 'User is disabled' })
})

test('a reset needs a verified address', async () => {
  await create('una', { email: 'una@example.com' })
  await setPassword('una', 'Perm4nent!', true)
  await assert.rejects(cognito.adminResetUserPassword({ UserPoolId, Username: 'una' }), {
    name: 'InvalidParameterException',
    message: 'Cannot reset password for the user as there is no registered/verified email or phone_number',
  })
  assert.equal(await statusOf('una'), 'CONFIRMED')
})
