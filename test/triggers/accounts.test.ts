import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { arnOf } from './lambda-endpoint.ts'
import { envelope, password, startScene, type TriggerScene } from './scene.ts'

let scene: TriggerScene

before(async () => {
  scene = await startScene()
})
after(() => scene.close())

const refused = (text: string) => ({ name: 'UserLambdaValidationException', message: text })

test('PreSignUp is asked before there is a user, with all that was sent along', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ PreSignUp: arnOf('pre') })
  lambda.functions.pre = (event) => event
  const signedUp = await cognito.signUp({
    ClientId: pool.ClientId,
    Username: 'ann',
    Password: password,
    UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
    ValidationData: [{ Name: 'plan', Value: 'free' }],
    ClientMetadata: { campaign: 'spring' },
  })
  assert.equal(signedUp.UserConfirmed, false)
  assert.deepEqual(lambda.calls.at(-1)!.event, {
    ...envelope('PreSignUp_SignUp', { ...pool, userName: 'ann' }),
    request: {
      userAttributes: { email: 'ann@example.com' },
      validationData: { plan: 'free' },
      clientMetadata: { campaign: 'spring' },
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  })
})

test('PreSignUp may refuse, and there is no user then', async () => {
  const { cognito, lambda } = scene
  const { UserPoolId, ClientId } = await scene.pool({ PreSignUp: arnOf('deny') })
  lambda.functions.deny = () => {
    throw new Error('Not allowed')
  }
  const asked = cognito.signUp({ ClientId, Username: 'bob', Password: password })
  await assert.rejects(asked, refused('PreSignUp failed with error Not allowed.'))
  await assert.rejects(cognito.adminGetUser({ UserPoolId, Username: 'bob' }), { name: 'UserNotFoundException' })
})

test('a function is asked once, and the one that the pool names now, though another node has changed it', async () => {
  const { cognito, lambda, ctx } = scene
  const { UserPoolId, ClientId } = await scene.pool({ PreSignUp: arnOf('before') })
  lambda.functions.before = (event) => event
  lambda.functions.now = () => {
    throw new Error('Closed')
  }
  await cognito.signUp({ ClientId, Username: 'early', Password: password })
  const calls = lambda.calls.length
  await ctx.db
    .updateTable('pools')
    .set((eb) => ({
      revision: eb('revision', '+', 1),
      settings: sql`settings || ${{ LambdaConfig: { PreSignUp: arnOf('now') } }}::jsonb`,
    }))
    .where('id', '=', UserPoolId)
    .execute()
  const asked = cognito.signUp({ ClientId, Username: 'late', Password: password })
  await assert.rejects(asked, refused('PreSignUp failed with error Closed.'))
  assert.deepEqual(
    lambda.calls.slice(calls).map(({ name }) => name),
    ['now'],
  )
})

test('PreSignUp may confirm and verify, and PostConfirmation is called for it', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool(
    { PreSignUp: arnOf('trust'), PostConfirmation: arnOf('welcome') },
    { AutoVerifiedAttributes: ['email'] },
  )
  lambda.functions.trust = (event) => ({ ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } })
  lambda.functions.welcome = (event) => event
  const { UserConfirmed, UserSub, CodeDeliveryDetails } = await cognito.signUp({
    ClientId: pool.ClientId,
    Username: 'cara',
    Password: password,
    UserAttributes: [{ Name: 'email', Value: 'cara@example.com' }],
    ClientMetadata: { campaign: 'spring' },
  })
  assert.deepEqual([UserConfirmed, CodeDeliveryDetails], [true, undefined])
  assert.deepEqual(lambda.calls.at(-1)!.event, {
    ...envelope('PostConfirmation_ConfirmSignUp', { ...pool, userName: 'cara' }),
    request: {
      userAttributes: {
        sub: UserSub,
        'cognito:user_status': 'CONFIRMED',
        email: 'cara@example.com',
        email_verified: 'true',
      },
      clientMetadata: { campaign: 'spring' },
    },
    response: {},
  })
})

test('an address that PreSignUp verifies is taken from the user who signed in with it', async () => {
  const { cognito, lambda } = scene
  const { UserPoolId, ClientId } = await scene.pool({ PreSignUp: arnOf('take') }, { AliasAttributes: ['email'] })
  lambda.functions.take = (event) => ({ ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } })
  const UserAttributes = [{ Name: 'email', Value: 'shared@example.com' }]
  await cognito.signUp({ ClientId, Username: 'first', Password: password, UserAttributes })
  await cognito.signUp({ ClientId, Username: 'second', Password: password, UserAttributes })
  const found = await cognito.adminGetUser({ UserPoolId, Username: 'shared@example.com' })
  assert.equal(found.Username, 'second')
  const former = await cognito.adminGetUser({ UserPoolId, Username: 'first' })
  assert.equal(former.UserAttributes!.find(({ Name }) => Name === 'email_verified')!.Value, 'false')
})

test('an address that PreSignUp verifies is not taken from whom it is a preferred username of', async () => {
  const { cognito, lambda } = scene
  const settings = { AliasAttributes: ['email' as const, 'preferred_username' as const] }
  const { UserPoolId, ClientId } = await scene.pool({ PreSignUp: arnOf('take-not') }, settings)
  lambda.functions['take-not'] = (event) => ({ ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } })
  const address = 'preferred@example.com'
  await cognito.adminCreateUser({
    UserPoolId,
    Username: 'first',
    MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'preferred_username', Value: address }],
  })
  const UserAttributes = [{ Name: 'email', Value: address }]
  await assert.rejects(cognito.signUp({ ClientId, Username: 'second', Password: password, UserAttributes }), {
    name: 'UsernameExistsException',
    message: 'An account with the given email already exists.',
  })
  assert.equal((await cognito.adminGetUser({ UserPoolId, Username: address })).Username, 'first')
  await assert.rejects(cognito.adminGetUser({ UserPoolId, Username: 'second' }), { name: 'UserNotFoundException' })
})

test('PreSignUp can not verify an address that is not there', async () => {
  const { cognito, lambda } = scene
  const { ClientId } = await scene.pool({ PreSignUp: arnOf('blind') })
  lambda.functions.blind = (event) => ({ ...event, response: { autoVerifyPhone: true } })
  const asked = cognito.signUp({ ClientId, Username: 'dan', Password: password })
  await assert.rejects(asked, { name: 'InvalidLambdaResponseException' })
})

test('an answer that is no event is refused in the words of the service', async () => {
  const { cognito, lambda } = scene
  const { ClientId } = await scene.pool({ PreSignUp: arnOf('odd') })
  const signUp = () => cognito.signUp({ ClientId, Username: 'eve', Password: password })
  for (const answer of [null, 'text', 7, [], {}, { response: null }, { response: { autoConfirmUser: 'perhaps' } }]) {
    lambda.functions.odd = () => answer
    await assert.rejects(signUp(), {
      name: 'InvalidLambdaResponseException',
      message: 'Unrecognizable lambda output',
    })
  }
})

test('a function that is not there can not be invoked', async () => {
  const { cognito } = scene
  const { ClientId } = await scene.pool({ PreSignUp: arnOf('nowhere') })
  await assert.rejects(cognito.signUp({ ClientId, Username: 'fay', Password: password }), {
    name: 'UnexpectedLambdaException',
    message: 'PreSignUp invocation failed due to error ResourceNotFoundException',
  })
})

test('a function has five seconds', async () => {
  const { cognito, lambda } = scene
  const { ClientId } = await scene.pool({ PreSignUp: arnOf('sleepy') })
  lambda.functions.sleepy = (event) => new Promise((resolve) => setTimeout(() => resolve(event), 6000).unref())
  const started = Date.now()
  await assert.rejects(cognito.signUp({ ClientId, Username: 'gil', Password: password }), {
    name: 'UnexpectedLambdaException',
    message: 'PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.',
  })
  const waited = Date.now() - started
  assert.ok(waited >= 4900 && waited < 5900, `${waited} ms`)
})

test('PreSignUp is asked about an invited user, and its decision does not count', async () => {
  const { cognito, lambda } = scene
  const { UserPoolId } = await scene.pool({ PreSignUp: arnOf('admin') })
  lambda.functions.admin = (event) => ({ ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } })
  const { User } = await cognito.adminCreateUser({
    UserPoolId,
    Username: 'hal',
    MessageAction: 'SUPPRESS',
    ClientMetadata: { by: 'support' },
    UserAttributes: [{ Name: 'email', Value: 'hal@example.com' }],
  })
  assert.equal(User!.UserStatus, 'FORCE_CHANGE_PASSWORD')
  assert.deepEqual(lambda.calls.at(-1)!.event, {
    ...envelope('PreSignUp_AdminCreateUser', { UserPoolId, userName: 'hal' }),
    request: {
      userAttributes: { email: 'hal@example.com' },
      validationData: null,
      clientMetadata: { by: 'support' },
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  })
})

test('PostConfirmation runs after a code, and its failure leaves the user confirmed', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ PostConfirmation: arnOf('late') }, { AutoVerifiedAttributes: ['email'] })
  lambda.functions.late = () => {
    throw new Error('The mailing list is down')
  }
  const { ClientId, UserPoolId } = pool
  const UserAttributes = [{ Name: 'email', Value: 'ida@example.com' }]
  await cognito.signUp({ ClientId, Username: 'ida', Password: password, UserAttributes })
  const { code } = await scene.message({ to: 'ida@example.com', userPoolId: UserPoolId })
  const confirmed = cognito.confirmSignUp({ ClientId, Username: 'ida', ConfirmationCode: code })
  await assert.rejects(confirmed, refused('PostConfirmation failed with error The mailing list is down.'))
  const { UserStatus } = await cognito.adminGetUser({ UserPoolId, Username: 'ida' })
  assert.equal(UserStatus, 'CONFIRMED')
})

test('PostConfirmation is called when an administrator confirms, and when a password is recovered', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ PostConfirmation: arnOf('told') })
  lambda.functions.told = (event) => event
  const { ClientId, UserPoolId } = pool
  const UserAttributes = [{ Name: 'email', Value: 'jo@example.com' }]
  const { UserSub } = await cognito.signUp({ ClientId, Username: 'jo', Password: password, UserAttributes })
  await cognito.adminConfirmSignUp({ UserPoolId, Username: 'jo', ClientMetadata: { by: 'support' } })
  const userAttributes = { sub: UserSub, 'cognito:user_status': 'CONFIRMED', email: 'jo@example.com' }
  assert.deepEqual(lambda.calls.at(-1)!.event, {
    ...envelope('PostConfirmation_ConfirmSignUp', { UserPoolId, userName: 'jo' }),
    request: { userAttributes, clientMetadata: { by: 'support' } },
    response: {},
  })

  await cognito.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'jo',
    UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
  })
  await cognito.forgotPassword({ ClientId, Username: 'jo' })
  const { code } = await scene.message({ to: 'jo@example.com', userPoolId: UserPoolId })
  const answer = { ClientId, Username: 'jo', ConfirmationCode: code, Password: 'Another-Horse-9' }
  await cognito.confirmForgotPassword({ ...answer, ClientMetadata: { from: 'app' } })
  assert.deepEqual(lambda.calls.at(-1)!.event, {
    ...envelope('PostConfirmation_ConfirmForgotPassword', { ...pool, userName: 'jo' }),
    request: { userAttributes: { ...userAttributes, email_verified: 'true' }, clientMetadata: { from: 'app' } },
    response: {},
  })
})
