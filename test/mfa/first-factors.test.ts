import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  invalidSession,
  lockedOut,
  rightPassword,
  signInScene,
  usedSession,
  wrongCredentials,
} from '../sign-in/scene.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { allFactors, mfaScene, sms, wrongCode } from './scene.ts'

let server: TestServer
let scene: Awaited<ReturnType<typeof mfaScene>>
let discreet: string

const passwordless = {
  Policies: {
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const, 'SMS_OTP' as const] },
  },
  AutoVerifiedAttributes: ['email' as const],
  ...sms,
}

before(async () => {
  server = await startTestServer()
  scene = await mfaScene(server, { pool: passwordless, mfa: { MfaConfiguration: 'OPTIONAL', ...allFactors } })
  discreet = (await scene.addClient({ PreventUserExistenceErrors: 'ENABLED' })).ClientId
})
after(() => server?.close())

const start = (USERNAME: string, parameters: Record<string, string> = {}, ClientId = scene.ClientId) =>
  server.cognito.initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME, ...parameters } })

const answer = (
  name: string,
  Session: string | undefined,
  USERNAME: string,
  responses: Record<string, string>,
  ClientId = scene.ClientId,
) =>
  server.cognito.respondToAuthChallenge({
    ClientId,
    ChallengeName: name as 'EMAIL_OTP',
    Session,
    ChallengeResponses: { USERNAME, ...responses },
  })

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

const another = (code: string) => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10))

test('a code by e-mail is all it takes', async () => {
  await scene.addUser('ann', { attributes: { email: 'ann@example.com' } })
  const asked = await start('ann')
  assert.deepEqual(asked.AvailableChallenges, ['EMAIL_OTP', 'PASSWORD_SRP', 'PASSWORD'])
  const chosen = await answer('SELECT_CHALLENGE', asked.Session, 'ann', { ANSWER: 'EMAIL_OTP' })
  assert.equal(chosen.ChallengeName, 'EMAIL_OTP')
  assert.deepEqual(chosen.ChallengeParameters, {
    CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL',
    CODE_DELIVERY_DESTINATION: 'a***@e***',
  })
  const code = await scene.lastCode('ann@example.com')
  assert.match(code, /^\d{8}$/)
  await assert.rejects(answer('EMAIL_OTP', chosen.Session, 'ann', { EMAIL_OTP_CODE: another(code) }), wrongCode)
  const { AuthenticationResult } = await answer('EMAIL_OTP', chosen.Session, 'ann', { EMAIL_OTP_CODE: code })
  const claims = claimsOf(AuthenticationResult!.IdToken!)
  assert.deepEqual(claims.amr, ['email_otp'])
  assert.equal(claims.acr, 'urn:cognito:loa:2')
  assert.equal(claims.email_verified, true)
  await assert.rejects(answer('EMAIL_OTP', chosen.Session, 'ann', { EMAIL_OTP_CODE: code }), usedSession)
})

test('a preference sends the code at once, by SMS as well', async () => {
  await scene.addUser('bob', { attributes: { email: 'bob@example.com', phone_number: '+12065550110' } })
  const asked = await start('bob', { PREFERRED_CHALLENGE: 'SMS_OTP' })
  assert.equal(asked.ChallengeName, 'SMS_OTP')
  const code = await scene.lastCode('+12065550110')
  const { AuthenticationResult } = await answer('SMS_OTP', asked.Session, 'bob', { SMS_OTP_CODE: code })
  assert.deepEqual(claimsOf(AuthenticationResult!.IdToken!).amr, ['sms'])
})

test('who has no address, or a password to set first, is not offered a code', async () => {
  await scene.addTemporaryUser('bare')
  await server.cognito.adminSetUserPassword({
    UserPoolId: scene.UserPoolId,
    Username: 'bare',
    Password: rightPassword,
    Permanent: true,
  })
  const bare = await start('bare', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  assert.deepEqual(bare.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
  await assert.rejects(answer('SELECT_CHALLENGE', bare.Session, 'bare', { ANSWER: 'EMAIL_OTP' }), {
    name: 'InvalidParameterException',
  })
  await scene.addTemporaryUser('temp', { email: 'temp@example.com' })
  assert.deepEqual((await start('temp')).AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
})

test('a user of another identity provider is neither sent a code nor asked for a passkey', async () => {
  const email = 'external@example.com'
  await scene.addUser('external', { attributes: { email } })
  const begun = await start('external', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  await server.ctx.db
    .updateTable('users')
    .set({ status: 'EXTERNAL_PROVIDER' })
    .where('pool_id', '=', scene.UserPoolId)
    .where('username', '=', 'external')
    .execute()
  const EMAIL_OTP_CODE = await scene.lastCode(email)
  await assert.rejects(answer('EMAIL_OTP', begun.Session, 'external', { EMAIL_OTP_CODE }), invalidSession)
  for (const factor of ['EMAIL_OTP', 'WEB_AUTHN']) {
    const asked = await start('external', { PREFERRED_CHALLENGE: factor })
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
    const chosen = answer('SELECT_CHALLENGE', asked.Session, 'external', { ANSWER: factor })
    await assert.rejects(chosen, { name: 'InvalidParameterException' })
    const responses = { USERNAME: 'external', PASSWORD: rightPassword }
    await assert.rejects(answer('PASSWORD', asked.Session, 'external', responses), wrongCredentials)
  }
})

test('a second factor and a code as the first exclude each other', async () => {
  await scene.addUser('mfa', { attributes: { email: 'mfa@example.com', phone_number: '+12065550111' } })
  const before = await start('mfa', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  assert.equal(before.ChallengeName, 'EMAIL_OTP')
  const code = await scene.lastCode('mfa@example.com')
  await scene.prefer('mfa', 'SMSMfaSettings')
  assert.deepEqual((await start('mfa', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })).AvailableChallenges, [
    'PASSWORD_SRP',
    'PASSWORD',
  ])
  await assert.rejects(answer('EMAIL_OTP', before.Session, 'mfa', { EMAIL_OTP_CODE: code }), invalidSession)
})

test('pools that do not allow it offer passwords alone', async () => {
  const plain = await signInScene(server)
  await plain.addUser('ann', { attributes: { email: 'plain@example.com' } })
  const asked = await start('ann', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, plain.ClientId)
  assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
})

test('the code confirms an account that was waiting, and lets one in who should reset a password', async () => {
  const { cognito } = server
  const { UserPoolId, ClientId } = scene
  const UserAttributes = [{ Name: 'email', Value: 'new@example.com' }]
  await cognito.signUp({ ClientId, Username: 'new', Password: rightPassword, UserAttributes })
  const asked = await start('new', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  const code = await scene.lastCode('new@example.com', 2)
  assert.ok((await answer('EMAIL_OTP', asked.Session, 'new', { EMAIL_OTP_CODE: code })).AuthenticationResult)
  const user = await cognito.adminGetUser({ UserPoolId, Username: 'new' })
  assert.equal(user.UserStatus, 'CONFIRMED')
  assert.equal(user.UserAttributes!.find(({ Name }) => Name === 'email_verified')?.Value, 'true')

  await cognito.adminResetUserPassword({ UserPoolId, Username: 'new' })
  assert.ok((await start('new')).AvailableChallenges!.includes('EMAIL_OTP'))
})

test('a name that no user has is asked like one that a user has, and locked like it', async () => {
  await scene.addUser('off', { attributes: { email: 'off@example.com' } })
  await server.cognito.adminDisableUser({ UserPoolId: scene.UserPoolId, Username: 'off' })
  await assert.rejects(start('off', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }), {
    name: 'NotAuthorizedException',
    message: 'User is disabled.',
  })
  await assert.rejects(start('nobody'), { name: 'UserNotFoundException' })

  // Not every name seems to be one of a user who could be sent a code.
  const names = Array.from({ length: 20 }, (_, index) => `nobody-${index}@example.net`)
  const asked = await Promise.all(names.map((name) => start(name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, discreet)))
  const seeming = names.find((_, index) => asked[index]!.ChallengeName === 'EMAIL_OTP')
  assert.ok(seeming)
  for (const name of [seeming, 'off']) {
    const asked = await start(name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, discreet)
    assert.equal(asked.ChallengeName, 'EMAIL_OTP')
    assert.match(asked.ChallengeParameters!.CODE_DELIVERY_DESTINATION!, /^.\*\*\*@.\*\*\*$/)
    const again = await start(name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, discreet)
    assert.deepEqual(again.ChallengeParameters, asked.ChallengeParameters)
    for (let guess = 0; guess < 5; guess++)
      await assert.rejects(
        answer('EMAIL_OTP', asked.Session, name, { EMAIL_OTP_CODE: '12345678' }, discreet),
        wrongCode,
      )
    await assert.rejects(answer('EMAIL_OTP', asked.Session, name, { EMAIL_OTP_CODE: '12345678' }, discreet), lockedOut)
  }
  assert.equal(
    server.ctx.inbox!.list().some(({ to }) => to.includes('off@') || to.includes('example.net')),
    false,
  )
})

test('a sign-up goes straight on to the first sign-in', async () => {
  const { cognito } = server
  const { ClientId } = scene
  const UserAttributes = [{ Name: 'email', Value: 'auto@example.com' }]
  const signUp = await cognito.signUp({ ClientId, Username: 'auto', UserAttributes })
  assert.ok(signUp.Session)
  const withSession = (Session: string | undefined, client = ClientId) =>
    cognito.initiateAuth({ ClientId: client, AuthFlow: 'USER_AUTH', Session, AuthParameters: { USERNAME: 'auto' } })
  await assert.rejects(withSession(signUp.Session), invalidSession, 'not confirmed yet')
  const ConfirmationCode = await scene.lastCode('auto@example.com')
  const confirmed = await cognito.confirmSignUp({
    ClientId,
    Username: 'auto',
    ConfirmationCode,
    Session: signUp.Session,
  })
  assert.ok(confirmed.Session)
  assert.notEqual(confirmed.Session, signUp.Session)
  await assert.rejects(withSession(confirmed.Session, discreet), invalidSession)
  await assert.rejects(answer('SELECT_CHALLENGE', confirmed.Session, 'auto', { ANSWER: 'EMAIL_OTP' }), invalidSession)
  const { AuthenticationResult } = await withSession(confirmed.Session)
  assert.deepEqual(claimsOf(AuthenticationResult!.IdToken!).amr, ['email_otp'])
  await assert.rejects(withSession(confirmed.Session), invalidSession, 'once')
  await assert.rejects(withSession(signUp.Session), invalidSession)
})

test('a confirmation without its session leads on as well, while that lasts, and later confirms and no more', async () => {
  const { cognito } = server
  const { ClientId } = scene
  for (const [name, Session] of [
    ['plain', 'left out'],
    ['late', 'left out'],
    ['latest', 'sent'],
    ['other', 'left out'],
  ] as const) {
    const UserAttributes = [{ Name: 'email', Value: `${name}@example.com` }]
    const signUp = await cognito.signUp({ ClientId, Username: name, UserAttributes })
    const ConfirmationCode = await scene.lastCode(`${name}@example.com`)
    if (name.startsWith('late')) server.clock.advance({ minutes: 4 })
    const confirmed = await cognito.confirmSignUp({
      ClientId: name === 'other' ? discreet : ClientId,
      Username: name,
      ConfirmationCode,
      ...(Session === 'sent' && { Session: signUp.Session }),
    })
    if (name === 'plain') {
      const signIn = { ClientId, AuthFlow: 'USER_AUTH' as const, Session: confirmed.Session }
      assert.ok((await cognito.initiateAuth(signIn)).AuthenticationResult)
    } else assert.equal(confirmed.Session, undefined, name)
    assert.deepEqual((await start(name)).AvailableChallenges, ['EMAIL_OTP'], 'there is no password')
  }
})

test('the session of one sign-up does not sign another user in', async () => {
  const { cognito } = server
  const { ClientId } = scene
  const signUp = (name: string) =>
    cognito.signUp({ ClientId, Username: name, UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }] })
  const [, mallory] = [await signUp('victim'), await signUp('mallory')]
  const ConfirmationCode = await scene.lastCode('victim@example.com')
  const confirmed = await cognito.confirmSignUp({
    ClientId,
    Username: 'victim',
    ConfirmationCode,
    Session: mallory.Session,
  })
  assert.equal(confirmed.Session, undefined)
})

test('where codes are no first factor the session leads to the ordinary choice', async () => {
  const { cognito } = server
  const plain = await signInScene(server, { pool: { AutoVerifiedAttributes: ['email'] } })
  const { ClientId } = plain
  const UserAttributes = [{ Name: 'email', Value: 'choice@example.com' }]
  const signUp = await cognito.signUp({ ClientId, Username: 'choice', Password: rightPassword, UserAttributes })
  const ConfirmationCode = (await server.message({ to: 'choice@example.com' })).code!
  const given = { ClientId, Username: 'choice', ConfirmationCode, Session: signUp.Session }
  const { Session } = await cognito.confirmSignUp(given)
  const asked = await cognito.initiateAuth({ ClientId, AuthFlow: 'USER_AUTH', Session })
  assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
  assert.equal(asked.AuthenticationResult, undefined)
})

test('an administrator makes users without a password', async () => {
  const { cognito } = server
  const { UserPoolId } = scene
  const UserAttributes = [{ Name: 'email', Value: 'made@example.com' }]
  await cognito.adminCreateUser({ UserPoolId, Username: 'made', UserAttributes, MessageAction: 'SUPPRESS' })
  const asked = await start('made')
  assert.deepEqual(asked.AvailableChallenges, ['EMAIL_OTP'])
  await assert.rejects(scene.byPassword('made'), { name: 'NotAuthorizedException' })
  const { ConfiguredUserAuthFactors } = await cognito.adminGetUserAuthFactors({ UserPoolId, Username: 'made' })
  assert.deepEqual(ConfiguredUserAuthFactors, ['EMAIL_OTP'])
})

test('codes to one address are not sent without end', async () => {
  await scene.addUser('many', { attributes: { email: 'many@example.com' } })
  for (let n = 0; n < 20; n++) await start('many', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  await assert.rejects(start('many', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }), { name: 'TooManyRequestsException' })
  server.clock.advance({ hours: 1, seconds: 1 })
  assert.equal((await start('many', { PREFERRED_CHALLENGE: 'EMAIL_OTP' })).ChallengeName, 'EMAIL_OTP')
})

test('a code at a sign-in verifies an alias, and takes it from its previous owner', async () => {
  const own = await mfaScene(server, { pool: { ...passwordless, AliasAttributes: ['email'] } })
  const { UserPoolId, ClientId } = own
  await own.addUser('first', { attributes: { email: 'one@example.com', email_verified: 'true' } })
  await own.addUser('second', { attributes: { email: 'one@example.com' } })
  const asked = await start('second', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, ClientId)
  const code = await own.lastCode('one@example.com')
  const done = await answer('EMAIL_OTP', asked.Session, 'second', { EMAIL_OTP_CODE: code }, ClientId)
  assert.ok(done.AuthenticationResult)
  const owner = await server.cognito.adminGetUser({ UserPoolId, Username: 'one@example.com' })
  assert.equal(owner.Username, 'second')
  const former = await server.cognito.adminGetUser({ UserPoolId, Username: 'first' })
  assert.equal(former.UserAttributes!.find(({ Name }) => Name === 'email_verified')!.Value, 'false')
})
