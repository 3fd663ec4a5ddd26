import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { rightPassword, signInScene, wrongCredentials } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { allFactors, choices, mfaScene, sms, wrongTotp } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof mfaScene>>

before(async () => {
  server = await startTestServer()
  scene = await mfaScene(server, {
    pool: {
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      ...sms,
    },
    mfa: { MfaConfiguration: 'OPTIONAL', ...allFactors },
  })
})
after(() => server?.close())

const level = (n: number) => `urn:cognito:loa:${n}`

const start = (USERNAME: string, parameters: Record<string, string>, ClientId = scene.ClientId) =>
  server.cognito.initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME, ...parameters } })

const byPassword = { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: rightPassword }

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

const invalid = { name: 'InvalidParameterException' }

/** A user with an authenticator app that is not asked for of itself. */
async function addUserWithApp(username: string) {
  await scene.addUser(username)
  const AccessToken = await scene.accessToken(username)
  return { AccessToken, secret: await scene.addApp(AccessToken) }
}

test('a sign-in goes on until it has reached the level', async () => {
  const { secret } = await addUserWithApp('ann')
  assert.equal(claimsOf((await scene.byPassword('ann')).AuthenticationResult!.IdToken!).acr, level(1))
  const asked = await start('ann', { ...byPassword, TARGET_ACR_VALUES: level(4) })
  assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA')
  assert.equal(asked.AuthenticationResult, undefined)
  const answer = (SOFTWARE_TOKEN_MFA_CODE: string) =>
    scene.answer('SOFTWARE_TOKEN_MFA', asked.Session, 'ann', { SOFTWARE_TOKEN_MFA_CODE })
  await assert.rejects(answer('000000'), wrongTotp)
  const { AuthenticationResult } = await answer(await scene.nextCode(secret))
  const claims = claimsOf(AuthenticationResult!.AccessToken!)
  assert.equal(claims.acr, level(4))
  assert.deepEqual(claims.amr, ['pwd', 'otp', 'mfa'])
})

test('an access token saves what it has proven, for as long as that is recent', async () => {
  const { AccessToken, secret } = await addUserWithApp('bob')
  const target = { TARGET_ACR_VALUES: level(4), ACCESS_TOKEN: AccessToken }
  server.clock.advance({ seconds: 100 })
  const asked = await start('bob', { ...target, MAX_AGE: '200' })
  assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA', 'no password again')
  const responses = { SOFTWARE_TOKEN_MFA_CODE: await scene.nextCode(secret) }
  const { AuthenticationResult } = await scene.answer('SOFTWARE_TOKEN_MFA', asked.Session, 'bob', responses)
  const claims = claimsOf(AuthenticationResult!.IdToken!)
  assert.deepEqual(claims.amr, ['pwd', 'otp', 'mfa'])
  assert.equal(claims.auth_time, claimsOf(AccessToken).auth_time)
  assert.ok(AuthenticationResult!.RefreshToken)

  const old = await start('bob', { ...target, MAX_AGE: '60' })
  assert.equal(old.ChallengeName, 'SELECT_CHALLENGE', 'from the beginning')
  assert.deepEqual(old.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
  await assert.rejects(
    start('bob', { ...target, MAX_AGE: '60', ...byPassword, PASSWORD: 'Wrong-Horse-9' }),
    wrongCredentials,
  )
  await assert.rejects(start('bob', { ...target, MAX_AGE: 'soon' }), invalid)

  await assert.rejects(
    start('bob', { TARGET_ACR_VALUES: level(4), ACCESS_TOKEN: AuthenticationResult!.AccessToken! }),
    invalid,
    'it is there already',
  )
})

test('the best level that the user can reach counts', async () => {
  await scene.addUser('sms', { attributes: { phone_number: '+12065550130' } })
  await assert.rejects(start('sms', { ...byPassword, TARGET_ACR_VALUES: level(4) }), invalid)
  await assert.rejects(start('sms', { ...byPassword, TARGET_ACR_VALUES: level(3) }), invalid, 'SMS is not turned on')
  await scene.prefer('sms', 'SMSMfaSettings')
  const asked = await start('sms', { ...byPassword, TARGET_ACR_VALUES: `${level(4)} strange ${level(3)}` })
  assert.equal(asked.ChallengeName, 'SMS_MFA')
  await assert.rejects(start('sms', { ...byPassword, TARGET_ACR_VALUES: 'strange' }), invalid)
  await assert.rejects(start('sms', { ...byPassword, TARGET_ACR_VALUES: '' }), invalid)
})

test('a lower level takes no second factor away', async () => {
  await scene.addUser('floor', { attributes: { phone_number: '+12065550131' } })
  await scene.prefer('floor', 'SMSMfaSettings')
  assert.equal((await start('floor', { ...byPassword, TARGET_ACR_VALUES: level(1) })).ChallengeName, 'SMS_MFA')
})

test('of several factors those are asked for that reach the level', async () => {
  const { secret } = await addUserWithApp('many')
  await server.cognito.adminUpdateUserAttributes({
    UserPoolId: scene.UserPoolId,
    Username: 'many',
    UserAttributes: [
      { Name: 'phone_number', Value: '+12065550132' },
      { Name: 'email', Value: 'many@example.com' },
    ],
  })
  await scene.prefer('many', 'SMSMfaSettings')
  const four = await start('many', { ...byPassword, TARGET_ACR_VALUES: level(4) })
  assert.equal(four.ChallengeName, 'SOFTWARE_TOKEN_MFA', 'though SMS is preferred')
  const three = await start('many', { ...byPassword, TARGET_ACR_VALUES: level(3) })
  assert.equal(three.ChallengeName, 'SELECT_MFA_TYPE')
  assert.deepEqual(choices(three, 'MFAS_CAN_CHOOSE'), ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'])
  const chosen = await scene.answer('SELECT_MFA_TYPE', three.Session, 'many', { ANSWER: 'SMS_MFA' })
  const responses = { SMS_MFA_CODE: await scene.lastCode('+12065550132') }
  const { AuthenticationResult } = await scene.answer('SMS_MFA', chosen.Session, 'many', responses)
  assert.equal(claimsOf(AuthenticationResult!.IdToken!).acr, level(3))

  const up = await start('many', {
    TARGET_ACR_VALUES: level(4),
    ACCESS_TOKEN: AuthenticationResult!.AccessToken!,
  })
  assert.equal(up.ChallengeName, 'SOFTWARE_TOKEN_MFA')
  const code = { SOFTWARE_TOKEN_MFA_CODE: await scene.nextCode(secret) }
  const done = await scene.answer('SOFTWARE_TOKEN_MFA', up.Session, 'many', code)
  assert.deepEqual(claimsOf(done.AuthenticationResult!.IdToken!).amr, ['pwd', 'sms', 'otp', 'mfa'])
})

test('level 2 is a code by message, and what follows it the password', async () => {
  await scene.addUser('two', { attributes: { email: 'two@example.com' } })
  const asked = await start('two', { TARGET_ACR_VALUES: level(2) })
  assert.deepEqual(asked.AvailableChallenges, ['EMAIL_OTP'])
  await assert.rejects(scene.answer('PASSWORD', asked.Session, 'two', { PASSWORD: rightPassword }), invalid)
  const sent = await scene.answer('SELECT_CHALLENGE', asked.Session, 'two', { ANSWER: 'EMAIL_OTP' })
  const responses = { EMAIL_OTP_CODE: await scene.lastCode('two@example.com') }
  const { AuthenticationResult } = await scene.answer('EMAIL_OTP', sent.Session, 'two', responses)
  assert.equal(claimsOf(AuthenticationResult!.IdToken!).acr, level(2))

  const up = { TARGET_ACR_VALUES: level(3), ACCESS_TOKEN: AuthenticationResult!.AccessToken! }
  const next = await start('two', up)
  assert.equal(next.ChallengeName, 'SELECT_CHALLENGE')
  assert.deepEqual(next.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
  await assert.rejects(scene.answer('PASSWORD', next.Session, 'two', { PASSWORD: 'Wrong-Horse-9' }), wrongCredentials)
  const done = await scene.answer('PASSWORD', next.Session, 'two', { PASSWORD: rightPassword })
  assert.equal(claimsOf(done.AuthenticationResult!.IdToken!).acr, level(3))

  // A second factor that was turned on since is asked for, whatever came before the password.
  await scene.prefer('two', 'EmailMfaSettings')
  const again = await start('two', { ...up, ...byPassword })
  assert.equal(again.ChallengeName, 'EMAIL_OTP')
})

test("another user's token is credited to nobody", async () => {
  const { AccessToken } = await addUserWithApp('owner')
  await addUserWithApp('thief')
  const target = { TARGET_ACR_VALUES: level(4) }
  const refused = { name: 'NotAuthorizedException' }
  await assert.rejects(start('thief', { ...target, ACCESS_TOKEN: AccessToken }), refused)
  await assert.rejects(start('owner', { ...target, ACCESS_TOKEN: 'none' }), refused)
  await assert.rejects(start('owner', { ACCESS_TOKEN: AccessToken }), invalid)
  await server.cognito.globalSignOut({ AccessToken })
  await assert.rejects(start('owner', { ...target, ACCESS_TOKEN: AccessToken }), refused)
})

test('a pool names its levels, and the smallest plan has none', async () => {
  const strict = await startTestServer({ strict: true })
  try {
    const { UserPool } = await strict.cognito.createUserPool({ PoolName: 'lite', UserPoolTier: 'LITE' })
    const { UserPoolClient } = await strict.cognito.createUserPoolClient({
      UserPoolId: UserPool!.Id,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
    })
    await strict.cognito.adminCreateUser({ UserPoolId: UserPool!.Id, Username: 'ann', MessageAction: 'SUPPRESS' })
    await assert.rejects(
      strict.cognito.initiateAuth({
        ClientId: UserPoolClient!.ClientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: 'ann', TARGET_ACR_VALUES: level(1) },
      }),
      { name: 'FeatureUnavailableInTierException' },
    )
  } finally {
    await strict.close()
  }

  const named = await signInScene(server, {
    pool: { AcrConfiguration: { Level1: { AcrValue: 'urn:house:low' } } },
  })
  await named.addUser('ann')
  const asked = await start('ann', { ...byPassword, TARGET_ACR_VALUES: 'urn:house:low' }, named.ClientId)
  assert.equal(claimsOf(asked.AuthenticationResult!.IdToken!).acr, 'urn:house:low')
  await assert.rejects(start('ann', { ...byPassword, TARGET_ACR_VALUES: level(1) }, named.ClientId), invalid)
})
