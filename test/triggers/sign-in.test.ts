import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { arnOf, type Event } from './lambda-endpoint.ts'
import { claimsOf, envelope, password, startScene, type TriggerScene } from './scene.ts'

let scene: TriggerScene

before(async () => {
  scene = await startScene()
})
after(() => scene.close())

async function addUser(UserPoolId: string, Username: string, attributes: Record<string, string> = {}) {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
  const { User } = await scene.cognito.adminCreateUser({
    UserPoolId,
    Username,
    UserAttributes,
    MessageAction: 'SUPPRESS',
  })
  await scene.cognito.adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  return { sub: User!.Attributes!.find(({ Name }) => Name === 'sub')!.Value!, 'cognito:user_status': 'CONFIRMED' }
}

const signIn = (ClientId: string, USERNAME: string, PASSWORD = password, ClientMetadata?: Record<string, string>) =>
  scene.cognito.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
    ClientMetadata,
  })

test('each function is called once, in order, from sign-up to refresh', async () => {
  const { cognito, lambda } = scene
  const names = [
    'PreSignUp',
    'CustomMessage',
    'PostConfirmation',
    'PreAuthentication',
    'PostAuthentication',
    'PreTokenGeneration',
  ]
  for (const name of names) lambda.functions[name] = (event) => event
  const triggers = Object.fromEntries(names.map((name) => [name, arnOf(name)]))
  const { ClientId, UserPoolId } = await scene.pool(triggers, { AutoVerifiedAttributes: ['email'] })
  lambda.calls.length = 0

  const UserAttributes = [{ Name: 'email', Value: 'ann@example.com' }]
  await cognito.signUp({ ClientId, Username: 'ann', Password: password, UserAttributes })
  const { code } = await scene.message({ to: 'ann@example.com', userPoolId: UserPoolId })
  await cognito.confirmSignUp({ ClientId, Username: 'ann', ConfirmationCode: code })
  const { AuthenticationResult } = await signIn(ClientId, 'ann')
  const REFRESH_TOKEN = AuthenticationResult!.RefreshToken!
  await cognito.initiateAuth({ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } })

  assert.deepEqual(
    lambda.calls.map(({ event }) => event.triggerSource),
    [
      'PreSignUp_SignUp',
      'CustomMessage_SignUp',
      'PostConfirmation_ConfirmSignUp',
      'PreAuthentication_Authentication',
      'TokenGeneration_Authentication',
      'PostAuthentication_Authentication',
      'TokenGeneration_RefreshTokens',
    ],
  )
})

test('metadata of the first call is validation data, and no other function sees it', async () => {
  const { lambda } = scene
  const functions = { PreAuthentication: 'see', PostAuthentication: 'see', PreTokenGeneration: 'see' }
  lambda.functions.see = (event) => event
  const triggers = Object.fromEntries(Object.entries(functions).map(([trigger, name]) => [trigger, arnOf(name)]))
  const pool = await scene.pool(triggers)
  const userAttributes = {
    ...(await addUser(pool.UserPoolId, 'bea', { email: 'bea@example.com' })),
    email: 'bea@example.com',
  }
  lambda.calls.length = 0

  await signIn(pool.ClientId, 'bea', password, { device: 'watch' })
  const about = { ...pool, userName: 'bea' }
  assert.deepEqual(
    lambda.calls.map(({ event }) => event),
    [
      {
        ...envelope('PreAuthentication_Authentication', about),
        request: { userAttributes, validationData: { device: 'watch' } },
        response: {},
      },
      {
        ...envelope('TokenGeneration_Authentication', about),
        request: {
          userAttributes,
          groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
        },
        response: { claimsOverrideDetails: null },
      },
      {
        ...envelope('PostAuthentication_Authentication', about),
        request: { userAttributes, newDeviceUsed: false },
        response: {},
      },
    ],
  )
})

test('metadata of an answer reaches the functions that follow it', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ PostAuthentication: arnOf('post'), PreTokenGeneration: arnOf('pre') })
  for (const name of ['post', 'pre']) lambda.functions[name] = (event) => event
  const { ClientId, UserPoolId } = pool
  const invited = { UserPoolId, Username: 'cy', TemporaryPassword: password, MessageAction: 'SUPPRESS' } as const
  await cognito.adminCreateUser(invited)
  const { Session } = await signIn(ClientId, 'cy', password, { first: 'call' })
  lambda.calls.length = 0
  await cognito.respondToAuthChallenge({
    ClientId,
    Session,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    ChallengeResponses: { USERNAME: 'cy', NEW_PASSWORD: 'Another-Horse-9' },
    ClientMetadata: { second: 'call' },
  })
  const [token, post] = lambda.calls.map(({ event }) => event)
  assert.equal(token.triggerSource, 'TokenGeneration_NewPasswordChallenge')
  assert.deepEqual(token.request.clientMetadata, { second: 'call' })
  assert.deepEqual(post.request.clientMetadata, { second: 'call' })
  assert.equal(post.request.userAttributes['cognito:user_status'], 'CONFIRMED')
})

test('PreAuthentication refuses before the password is looked at', async () => {
  const { lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool({ PreAuthentication: arnOf('closed') })
  lambda.functions.closed = () => {
    throw new Error('We are closed')
  }
  await addUser(UserPoolId, 'dee')
  const closed = {
    name: 'UserLambdaValidationException',
    message: 'PreAuthentication failed with error We are closed.',
  }
  await assert.rejects(signIn(ClientId, 'dee'), closed)
  await assert.rejects(signIn(ClientId, 'dee', 'Wrong-Horse-9'), closed)
})

test('PreAuthentication hears of names that nobody has only from clients that hide who exists', async () => {
  const { lambda } = scene
  lambda.functions.who = (event) => event
  const hiding = await scene.pool({ PreAuthentication: arnOf('who') }, {}, { PreventUserExistenceErrors: 'ENABLED' })
  await addUser(hiding.UserPoolId, 'eve')
  lambda.calls.length = 0
  await assert.rejects(signIn(hiding.ClientId, 'nobody'), { name: 'NotAuthorizedException' })
  await signIn(hiding.ClientId, 'eve')
  assert.deepEqual(lambda.calls[0]!.event, {
    ...envelope('PreAuthentication_Authentication', { ...hiding, userName: 'nobody' }),
    request: { userAttributes: {}, userNotFound: true, validationData: null },
    response: {},
  })
  assert.equal(lambda.calls[1]!.event.request.userNotFound, false)

  const telling = await scene.pool({ PreAuthentication: arnOf('who') }, {}, { PreventUserExistenceErrors: 'LEGACY' })
  lambda.calls.length = 0
  await assert.rejects(signIn(telling.ClientId, 'nobody'), { name: 'UserNotFoundException' })
  assert.equal(lambda.calls.length, 0)
})

test('a PostAuthentication that fails leaves no tokens behind', async () => {
  const { cognito, lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool({ PostAuthentication: arnOf('audit') })
  await addUser(UserPoolId, 'fin')
  lambda.functions.audit = () => {
    throw new Error('No audit trail')
  }
  const before = await families(UserPoolId)
  await assert.rejects(signIn(ClientId, 'fin'), {
    name: 'UserLambdaValidationException',
    message: 'PostAuthentication failed with error No audit trail.',
  })
  assert.equal(await families(UserPoolId), before)
  lambda.functions.audit = (event) => event
  const admin = { UserPoolId, ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' } as const
  await cognito.adminInitiateAuth({ ...admin, AuthParameters: { USERNAME: 'fin', PASSWORD: password } })
  assert.equal(await families(UserPoolId), before + 1)
})

async function families(poolId: string): Promise<number> {
  const rows = await scene.ctx.db.selectFrom('token_families').select('pool_id').where('pool_id', '=', poolId).execute()
  return rows.length
}

test('a user of another directory is migrated with the password that they typed', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ UserMigration: arnOf('legacy'), PreAuthentication: arnOf('pre') })
  lambda.functions.pre = (event) => event
  lambda.functions.legacy = (event: Event) => {
    if (event.request.password !== 'short') throw new Error('Bad password')
    const response = {
      userAttributes: { email: 'gus@example.com', email_verified: true, sub: 'theirs', 'cognito:user_status': 'X' },
      finalUserStatus: 'CONFIRMED',
      messageAction: 'SUPPRESS',
    }
    return { ...event, response }
  }
  lambda.calls.length = 0
  const wrong = { name: 'UserLambdaValidationException', message: 'UserMigration failed with error Bad password.' }
  await assert.rejects(signIn(pool.ClientId, 'gus', 'wrong'), wrong)
  const { AuthenticationResult } = await signIn(pool.ClientId, 'gus', 'short', { from: 'app' })
  assert.deepEqual(lambda.calls[1]!.event, {
    ...envelope('UserMigration_Authentication', { ...pool, userName: 'gus' }),
    request: { password: 'short', validationData: { from: 'app' }, userAttributes: null },
    response: {
      userAttributes: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
    },
  })
  assert.equal(lambda.calls[2]!.event.triggerSource, 'PreAuthentication_Authentication')
  const { email, email_verified, sub } = claimsOf(AuthenticationResult!.IdToken)
  assert.deepEqual([email, email_verified], ['gus@example.com', true])
  assert.notEqual(sub, 'theirs')

  // Here now: the other directory is not asked any more.
  await signIn(pool.ClientId, 'gus', 'short')
  assert.equal(lambda.events('UserMigration_Authentication').filter((e) => e.userPoolId === pool.UserPoolId).length, 2)
  assert.equal((await cognito.adminGetUser({ UserPoolId: pool.UserPoolId, Username: 'gus' })).UserStatus, 'CONFIRMED')
})

test('passwords that another directory refuses are counted, and a right one ends the count', async () => {
  const { lambda, clock } = scene
  const { ClientId } = await scene.pool({ UserMigration: arnOf('counted') })
  lambda.functions.counted = (event) => {
    if (event.request.password === 'unknown') return event
    if (event.request.password !== 'right') throw new Error('Bad password')
    return { ...event, response: { userAttributes: {}, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' } }
  }
  for (const [given, name] of [
    ['wrong', 'UserLambdaValidationException'],
    ['unknown', 'UserNotFoundException'],
    ['wrong', 'UserLambdaValidationException'],
    ['unknown', 'UserNotFoundException'],
    ['wrong', 'UserLambdaValidationException'],
  ] as const)
    await assert.rejects(signIn(ClientId, 'gil', given), { name })
  lambda.calls.length = 0
  await assert.rejects(signIn(ClientId, 'gil', 'right'), { message: 'Password attempts exceeded' })
  assert.equal(lambda.calls.length, 0, 'the other directory is not asked')
  clock.advance({ seconds: 2 })
  assert.ok((await signIn(ClientId, 'gil', 'right')).AuthenticationResult)
})

test('two sign-ins at once migrate one user', async () => {
  const { lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool({ UserMigration: arnOf('twice') })
  lambda.functions.twice = async (event) => {
    await new Promise((resolve) => setTimeout(resolve, 100))
    return { ...event, response: { userAttributes: {}, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' } }
  }
  const results = await Promise.all([1, 2, 3, 4].map(() => signIn(ClientId, 'hua')))
  const subs = new Set(results.map(({ AuthenticationResult }) => claimsOf(AuthenticationResult!.IdToken).sub))
  assert.equal(subs.size, 1)
  assert.equal((await scene.cognito.listUsers({ UserPoolId })).Users!.length, 1)
})

test('a migrated user who is not confirmed has to set a new password', async () => {
  const { cognito, lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool({ UserMigration: arnOf('reset') })
  const userAttributes = { email: 'ivy@example.com', email_verified: 'true' }
  lambda.functions.reset = (event) => ({ ...event, response: { userAttributes, messageAction: 'SUPPRESS' } })
  await assert.rejects(signIn(ClientId, 'ivy'), { name: 'PasswordResetRequiredException' })
  await cognito.forgotPassword({ ClientId, Username: 'ivy' })
  const { code } = await scene.message({ to: 'ivy@example.com', userPoolId: UserPoolId })
  await cognito.confirmForgotPassword({ ClientId, Username: 'ivy', ConfirmationCode: code, Password: password })
  assert.ok((await signIn(ClientId, 'ivy')).AuthenticationResult)
})

test('one who has forgotten the password is migrated without one', async () => {
  const { cognito, lambda } = scene
  const pool = await scene.pool({ UserMigration: arnOf('forgot') })
  const userAttributes = { email: 'jan@example.com', email_verified: 'true' }
  lambda.functions.forgot = (event) => ({ ...event, response: { userAttributes, messageAction: 'SUPPRESS' } })
  await cognito.forgotPassword({ ClientId: pool.ClientId, Username: 'jan', ClientMetadata: { from: 'app' } })
  const { event } = lambda.calls.at(-1)!
  assert.equal(event.triggerSource, 'UserMigration_ForgotPassword')
  assert.deepEqual(event.request, { validationData: null, userAttributes: null, clientMetadata: { from: 'app' } })
  assert.ok((await scene.message({ to: 'jan@example.com', userPoolId: pool.UserPoolId })).code)
})

test('a name that the other directory does not know either is an unknown one', async () => {
  const { cognito, lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool({ UserMigration: arnOf('empty') })
  lambda.functions.empty = (event) => event
  const client = await cognito.describeUserPoolClient({ UserPoolId, ClientId })
  const refusal = {
    name:
      client.UserPoolClient!.PreventUserExistenceErrors === 'ENABLED'
        ? 'NotAuthorizedException'
        : 'UserNotFoundException',
  }
  await assert.rejects(signIn(ClientId, 'kit'), refusal)
  assert.equal((await cognito.listUsers({ UserPoolId })).Users!.length, 0)
})

test('an alias that another user has moves only by force', async () => {
  const { cognito, lambda } = scene
  const { ClientId, UserPoolId } = await scene.pool({ UserMigration: arnOf('alias') }, { AliasAttributes: ['email'] })
  const attributes = { email: 'both@example.com', email_verified: 'true' }
  await addUser(UserPoolId, 'lou', attributes)
  const response = { userAttributes: attributes, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' }
  lambda.functions.alias = (event) => ({ ...event, response })
  await assert.rejects(signIn(ClientId, 'max'), { name: 'UserLambdaValidationException' })
  lambda.functions.alias = (event) => ({ ...event, response: { ...response, forceAliasCreation: true } })
  await signIn(ClientId, 'max')
  assert.equal((await cognito.adminGetUser({ UserPoolId, Username: 'both@example.com' })).Username, 'max')
})

test('a migrated user does not take over a preferred username as their address', async () => {
  const { cognito, lambda } = scene
  const settings = { AliasAttributes: ['email' as const, 'preferred_username' as const] }
  const { ClientId, UserPoolId } = await scene.pool({ UserMigration: arnOf('preferred') }, settings)
  const address = 'preferred@example.com'
  await addUser(UserPoolId, 'lou', { preferred_username: address })
  lambda.functions.preferred = (event) => ({
    ...event,
    response: {
      userAttributes: { email: address, email_verified: 'true' },
      finalUserStatus: 'CONFIRMED',
      messageAction: 'SUPPRESS',
      forceAliasCreation: true,
    },
  })
  await assert.rejects(signIn(ClientId, 'max'), {
    name: 'UserLambdaValidationException',
    message: 'UserMigration failed with error An account with the given email already exists.',
  })
  assert.equal((await cognito.adminGetUser({ UserPoolId, Username: address })).Username, 'lou')
  await assert.rejects(cognito.adminGetUser({ UserPoolId, Username: 'max' }), { name: 'UserNotFoundException' })
})

test('a migrated user keeps the name that signs in: as username, or as an alias beside another username', async () => {
  const { cognito, lambda } = scene
  const refused = { name: 'UserLambdaValidationException' }
  const answerWith = (userAttributes: Record<string, string>) => {
    const response = { userAttributes, finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS' }
    lambda.functions.named = (event) => ({ ...event, response })
  }
  const verified = (email: string) => ({ email, email_verified: 'true' })

  const byName = await scene.pool({ UserMigration: arnOf('named') })
  answerWith({ username: 'other' })
  await assert.rejects(signIn(byName.ClientId, 'pia'), refused)
  answerWith({ username: 'pia' })
  assert.ok((await signIn(byName.ClientId, 'pia')).AuthenticationResult)

  const byAddress = await scene.pool({ UserMigration: arnOf('named') }, { UsernameAttributes: ['email'] })
  answerWith({ username: 'other', ...verified('pia@example.com') })
  await assert.rejects(signIn(byAddress.ClientId, 'pia@example.com'), refused)
  answerWith(verified('pia@example.com'))
  assert.ok((await signIn(byAddress.ClientId, 'pia@example.com')).AuthenticationResult)

  const { ClientId, UserPoolId } = await scene.pool({ UserMigration: arnOf('named') }, { AliasAttributes: ['email'] })
  const useless: Record<string, string>[] = [
    { username: 'pia' },
    { username: 'pia', ...verified('else@example.com') },
    { username: 'pia', email: 'pia@example.com' },
  ]
  for (const attributes of useless) {
    answerWith(attributes)
    await assert.rejects(signIn(ClientId, 'pia@example.com'), refused)
  }
  answerWith({ username: 'pia', ...verified('pia@example.com') })
  assert.ok((await signIn(ClientId, 'pia@example.com')).AuthenticationResult)
  assert.ok((await signIn(ClientId, 'pia')).AuthenticationResult)
  assert.deepEqual(
    (await cognito.listUsers({ UserPoolId })).Users!.map(({ Username }) => Username),
    ['pia'],
  )
})

test('a migrated user may be given SMS as second factor, if the pool has it and they a number', async () => {
  const { lambda } = scene
  const sms = { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms', ExternalId: 'x' }
  const settings = { MfaConfiguration: 'OPTIONAL', SmsConfiguration: sms } as const
  const { ClientId } = await scene.pool({ UserMigration: arnOf('second') }, settings)
  const response = { finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS', enableSMSMFA: true }
  lambda.functions.second = (event) => ({ ...event, response: { ...response, userAttributes: {} } })
  await assert.rejects(signIn(ClientId, 'nan'), { name: 'UserLambdaValidationException' })
  const userAttributes = { phone_number: '+12065550100', phone_number_verified: 'true' }
  lambda.functions.second = (event) => ({ ...event, response: { ...response, userAttributes } })
  assert.equal((await signIn(ClientId, 'nan')).ChallengeName, 'SMS_MFA')
})
