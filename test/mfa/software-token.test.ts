import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { lockedOut, rightPassword, signInScene, usedSession } from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { choices, mfaScene, wrongTotp } from './scene.ts'

let server: TestServer
let optional: Awaited<ReturnType<typeof mfaScene>>
let required: Awaited<ReturnType<typeof mfaScene>>

before(async () => {
  server = await startTestServer()
  optional = await mfaScene(server)
  required = await mfaScene(server, {
    mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
  })
})
after(() => server?.close())

const amr = (idToken: string): string[] => JSON.parse(Buffer.from(idToken.split('.')[1]!, 'base64url').toString()).amr

const usedCode = { name: 'ExpiredCodeException', message: 'Your software token has already been used once.' }

test('an app is set up, turned on, and asked for', async () => {
  const { cognito } = server
  await optional.addUser('ann')
  const AccessToken = await optional.accessToken('ann')
  const turnOn = () =>
    cognito.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } })

  await assert.rejects(turnOn(), {
    name: 'InvalidParameterException',
    message: 'User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA',
  })
  await assert.rejects(cognito.verifySoftwareToken({ AccessToken, UserCode: '123456' }), {
    name: 'SoftwareTokenMFANotFoundException',
  })
  const { SecretCode, Session } = await cognito.associateSoftwareToken({ AccessToken })
  assert.match(SecretCode!, /^[A-Z2-7]{52}$/)
  assert.equal(Session, undefined)
  await assert.rejects(
    cognito.verifySoftwareToken({ AccessToken, UserCode: await optional.codeOf(SecretCode!, 300) }),
    {
      name: 'EnableSoftwareTokenMFAException',
      message: 'Code mismatch and fail enable Software Token MFA',
    },
  )
  await assert.rejects(turnOn(), { name: 'InvalidParameterException' })
  const code = await optional.codeOf(SecretCode!)
  const verified = await cognito.verifySoftwareToken({ AccessToken, UserCode: code, FriendlyDeviceName: 'phone' })
  assert.equal(verified.Status, 'SUCCESS')

  assert.ok((await optional.byPassword('ann')).AuthenticationResult, 'set up is not turned on')
  await turnOn()
  const user = await cognito.getUser({ AccessToken })
  assert.deepEqual(user.UserMFASettingList, ['SOFTWARE_TOKEN_MFA'])
  assert.equal(user.PreferredMfaSetting, 'SOFTWARE_TOKEN_MFA')

  const asked = await optional.byPassword('ann')
  assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA')
  assert.equal(asked.AuthenticationResult, undefined)
  assert.equal(asked.ChallengeParameters!.FRIENDLY_DEVICE_NAME, 'phone')
  const answer = (SOFTWARE_TOKEN_MFA_CODE: string) =>
    optional.answer('SOFTWARE_TOKEN_MFA', asked.Session, 'ann', { SOFTWARE_TOKEN_MFA_CODE })
  await assert.rejects(answer(code), usedCode)
  for (const wrong of ['000000', '12345', 'abcdef', '1234567']) await assert.rejects(answer(wrong), wrongTotp)
  const { AuthenticationResult } = await answer(await optional.nextCode(SecretCode!))
  assert.deepEqual(amr(AuthenticationResult!.IdToken!), ['pwd', 'otp', 'mfa'])
  await assert.rejects(answer(await optional.nextCode(SecretCode!)), usedSession)
})

test('a code counts half a minute early and late, and once, in whatever session', async () => {
  await optional.addUser('bob')
  const secret = await optional.addApp(await optional.accessToken('bob'))
  await optional.prefer('bob', 'SoftwareTokenMfaSettings')
  server.clock.advance({ seconds: 300 })
  const sessions: string[] = []
  for (let n = 0; n < 5; n++) sessions.push((await optional.byPassword('bob')).Session!)
  const answer = (session: number, code: string) =>
    optional.answer('SOFTWARE_TOKEN_MFA', sessions[session], 'bob', { SOFTWARE_TOKEN_MFA_CODE: code })

  await assert.rejects(answer(0, await optional.codeOf(secret, -61)), wrongTotp)
  await assert.rejects(answer(0, await optional.codeOf(secret, 61)), wrongTotp)
  assert.ok((await answer(0, await optional.codeOf(secret, -30))).AuthenticationResult)
  const code = await optional.codeOf(secret, 30)
  const results = await Promise.allSettled([answer(1, code), answer(2, code), answer(3, code)])
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.message, usedCode.message)
  await assert.rejects(answer(4, await optional.codeOf(secret)), usedCode, 'older than one that was taken')
})

test('where a second factor is required, it is set up on the way', async () => {
  const { cognito } = server
  await required.addUser('eve', { attributes: { email: 'eve@example.com' } })
  const asked = await required.byPassword('eve')
  assert.equal(asked.ChallengeName, 'MFA_SETUP')
  assert.deepEqual(choices(asked, 'MFAS_CAN_SETUP'), ['SOFTWARE_TOKEN_MFA'])
  assert.equal(asked.ChallengeParameters!.SECRET_CODE, undefined)
  await assert.rejects(required.answer('MFA_SETUP', asked.Session, 'eve', {}), {
    name: 'SoftwareTokenMFANotFoundException',
  })

  const associated = await cognito.associateSoftwareToken({ Session: asked.Session })
  await assert.rejects(cognito.associateSoftwareToken({ Session: asked.Session }), usedSession)
  await assert.rejects(required.answer('MFA_SETUP', associated.Session, 'eve', {}), {
    name: 'SoftwareTokenMFANotFoundException',
  })
  const UserCode = await required.codeOf(associated.SecretCode!)
  await assert.rejects(cognito.verifySoftwareToken({ Session: associated.Session, UserCode: '000000' }), {
    name: 'EnableSoftwareTokenMFAException',
  })
  const verified = await cognito.verifySoftwareToken({ Session: associated.Session, UserCode })
  assert.equal(verified.Status, 'SUCCESS')
  await assert.rejects(required.answer('MFA_SETUP', associated.Session, 'eve', {}), usedSession)
  const done = await required.answer('MFA_SETUP', verified.Session, 'eve', {})
  assert.deepEqual(amr(done.AuthenticationResult!.IdToken!), ['pwd', 'otp', 'mfa'])

  const user = await cognito.adminGetUser({ UserPoolId: required.UserPoolId, Username: 'eve' })
  assert.deepEqual(user.UserMFASettingList, ['SOFTWARE_TOKEN_MFA'])
  assert.equal(user.PreferredMfaSetting, 'SOFTWARE_TOKEN_MFA')
  assert.equal((await required.byPassword('eve')).ChallengeName, 'SOFTWARE_TOKEN_MFA')
})

test('users who have just signed up are no exception', async () => {
  const { cognito } = server
  const { ClientId, UserPoolId } = required
  await cognito.signUp({ ClientId, Username: 'new', Password: rightPassword })
  await cognito.adminConfirmSignUp({ UserPoolId, Username: 'new' })
  assert.equal((await required.byPassword('new')).ChallengeName, 'MFA_SETUP')
})

test('a set-up that began before another ended is void', async () => {
  const { cognito } = server
  await required.addUser('two')
  const setUp = async () => {
    const { Session } = await required.byPassword('two')
    return cognito.associateSoftwareToken({ Session })
  }
  const [late, early] = [await setUp(), await setUp()]
  const verify = async ({ Session, SecretCode }: typeof early) =>
    cognito.verifySoftwareToken({ Session, UserCode: await required.codeOf(SecretCode!) })
  await verify(early)
  await assert.rejects(verify(late), { name: 'NotAuthorizedException' })
})

test('sessions of another kind, altered or made up set nothing up', async () => {
  const { cognito } = server
  const invalid = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' }
  await required.addUser('mal')
  const { Session } = await required.byPassword('mal')
  const altered = Session!.replace(/^(AYABe)(.)/, (_, start, next) => start + (next === '_' ? '-' : '_'))
  for (const session of ['x'.repeat(40), `${Session}x`, altered, Session!.slice(0, 80)])
    await assert.rejects(cognito.associateSoftwareToken({ Session: session }), invalid)
  await assert.rejects(
    cognito.verifySoftwareToken({ Session, UserCode: '123456' }),
    invalid,
    'before there is a secret',
  )
  await assert.rejects(cognito.associateSoftwareToken({}), { name: 'InvalidParameterException' })
  await optional.addTemporaryUser('temp')
  const other = await optional.byPassword('temp')
  assert.equal(other.ChallengeName, 'NEW_PASSWORD_REQUIRED')
  await assert.rejects(cognito.associateSoftwareToken({ Session: other.Session }), invalid)
})

test('a pool without authenticator apps refuses with its own error', async () => {
  const scene = await signInScene(server)
  await scene.addUser('ann')
  const { AuthenticationResult } = await scene.byPassword('ann')
  const { AccessToken } = AuthenticationResult!
  const refusal = {
    name: 'SoftwareTokenMFANotFoundException',
    message: 'Software Token MFA has not been enabled by the userPool',
  }
  await assert.rejects(server.cognito.associateSoftwareToken({ AccessToken }), refusal)
  await assert.rejects(server.cognito.verifySoftwareToken({ AccessToken, UserCode: '123456' }), refusal)
})

test('a new app takes the place of the old one once it is verified, and an administrator can remove it', async () => {
  const { cognito } = server
  const { UserPoolId } = required
  await optional.addUser('ida')
  const AccessToken = await optional.accessToken('ida')
  const old = await optional.addApp(AccessToken)
  await optional.prefer('ida', 'SoftwareTokenMfaSettings')
  const { SecretCode } = await cognito.associateSoftwareToken({ AccessToken })
  const signIn = async (code: string) =>
    optional.answer('SOFTWARE_TOKEN_MFA', (await optional.byPassword('ida')).Session, 'ida', {
      SOFTWARE_TOKEN_MFA_CODE: code,
    })
  assert.ok((await signIn(await optional.nextCode(old))).AuthenticationResult, 'the new one is not verified yet')
  await cognito.verifySoftwareToken({ AccessToken, UserCode: await optional.nextCode(SecretCode!) })
  await assert.rejects(signIn(await optional.nextCode(old)), wrongTotp)
  assert.ok((await signIn(await optional.nextCode(SecretCode!))).AuthenticationResult)

  const pending = await optional.byPassword('ida')
  await cognito.adminDeleteSoftwareToken({ UserPoolId: optional.UserPoolId, Username: 'ida' })
  await assert.rejects(
    optional.answer('SOFTWARE_TOKEN_MFA', pending.Session, 'ida', { SOFTWARE_TOKEN_MFA_CODE: '123456' }),
    { name: 'SoftwareTokenMFANotFoundException', message: 'Software Token MFA does not exist for the user.' },
  )
  assert.ok((await optional.byPassword('ida')).AuthenticationResult)
  const user = await cognito.adminGetUser({ UserPoolId: optional.UserPoolId, Username: 'ida' })
  assert.equal(user.UserMFASettingList, undefined)
  await assert.rejects(cognito.adminDeleteSoftwareToken({ UserPoolId, Username: 'nobody' }), {
    name: 'UserNotFoundException',
  })
})

test('of a hundred guesses at once a few are judged, and the right code is refused while locked', async () => {
  await optional.addUser('max')
  const secret = await optional.addApp(await optional.accessToken('max'))
  await optional.prefer('max', 'SoftwareTokenMfaSettings')
  const sessions = await Promise.all([1, 2, 3, 4, 5].map(() => optional.byPassword('max')))
  const guess = (session: number, code: string) =>
    optional.answer('SOFTWARE_TOKEN_MFA', sessions[session % 5]!.Session, 'max', { SOFTWARE_TOKEN_MFA_CODE: code })
  const right = await optional.nextCode(secret)
  const wrong = right === '000000' ? '111111' : '000000'
  server.clock.hold()
  const results = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => guess(n, wrong)))
  const messages = results.map((result) => (result.status === 'rejected' ? result.reason.message : 'ok'))
  assert.equal(messages.filter((message) => message === wrongTotp.message).length, 5)
  await assert.rejects(guess(1, right), lockedOut)
  server.clock.advance({ minutes: 16 })
  const asked = await optional.byPassword('max')
  const code = await optional.codeOf(secret)
  assert.ok(
    (await optional.answer('SOFTWARE_TOKEN_MFA', asked.Session, 'max', { SOFTWARE_TOKEN_MFA_CODE: code }))
      .AuthenticationResult,
  )
})

test('the administrative calls ask for it just the same', async () => {
  const { cognito } = server
  const { UserPoolId, ClientId } = optional
  await optional.addUser('adm')
  const secret = await optional.addApp(await optional.accessToken('adm'))
  await optional.prefer('adm', 'SoftwareTokenMfaSettings')
  const AuthParameters = { USERNAME: 'adm', PASSWORD: 'Correct-Horse-9' }
  const asked = await cognito.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters,
  })
  assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA')
  const answer = (code: string) =>
    cognito.adminRespondToAuthChallenge({
      UserPoolId,
      ClientId,
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session: asked.Session,
      ChallengeResponses: { USERNAME: 'adm', SOFTWARE_TOKEN_MFA_CODE: code },
    })
  await assert.rejects(answer('000000'), wrongTotp)
  assert.ok((await answer(await optional.nextCode(secret))).AuthenticationResult)
})
